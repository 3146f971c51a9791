// The language of a session: a line is a command, or an operation of the service. Commands are rows
// of one table, from which help, abbreviations and completion come.
#pragma once

#include <string>
#include <vector>

#include "cli/output.hpp"
#include "engine/world/decision_text.hpp"
#include "explain/session_script.hpp"

namespace stampede::cli {

class Stepping {
 public:
  /// `source`: the file that the session is over, which is not written to. `parent`: the stored run
  /// of it, 0 = it is a scenario; what is chosen over a stored run may be saved beside it.
  /// `silent`: nothing is printed but errors.
  Stepping(explain::Session& session, std::string source, std::int64_t parent, bool silent);

  /// Does what the line says; an empty one, or one that begins with '#', says nothing. InputError
  /// where it makes no sense or is not possible: then nothing has changed.
  void obey(const std::string& line);
  /// Whole words that can stand for the last one of this text.
  [[nodiscard]] std::vector<std::string> completions(const std::string& before) const;
  /// Nothing more is wanted: `quit`, or SIGTERM in the middle of something.
  [[nodiscard]] bool is_over() const { return quit_ || terminated_; }
  [[nodiscard]] bool is_terminated() const { return terminated_; }
  /// The number of the run that was saved last; 0 = none.
  [[nodiscard]] std::int64_t saved_run() const { return saved_run_; }

  void print(const std::vector<std::string>& lines) const;
  /// Writes what was chosen as a script; a test has its outcome as what is expected.
  void save_script(const std::string& path, bool as_test);

 private:
  /// What stands behind the command.
  struct Words {
    std::string rest;
    std::vector<std::string> list;
  };
  /// What the words of a command name.
  enum class Names { nothing, command, message, timer, node, link, fault, name, what_to_save };
  struct Command {
    std::string name;
    std::string arguments;
    std::string about;
    Names names = Names::nothing;
    /// How many words it takes.
    std::size_t least = 0;
    std::size_t most = 0;
    void (Stepping::*does)(const Words& words) = nullptr;
  };
  static const std::vector<Command>& commands();
  static std::vector<Command> commands_to_look();
  static std::vector<Command> commands_to_choose();
  static std::vector<Command> commands_of_ways();
  /// The command of that name, or the only one that begins so; else nullptr.
  static const Command* find(const std::string& word);
  [[nodiscard]] static std::vector<std::string> begun_by(const std::string& word);
  static Words words_of(const std::string& text);
  /// Reads `get x` as an operation and begins it; false if the service has none of that name.
  bool invoke(const std::string& line);

  // What is there (stepping.cpp)
  void help(const Words& words);
  void list(const Words& words);
  void show(const Words& words);
  void diff(const Words& words);
  void network(const Words& words);
  void history(const Words& words);
  void violations(const Words& words);
  void faults(const Words& words);
  void names(const Words& words);
  // What is chosen (stepping_choices.cpp)
  void take(const Words& words);
  void next(const Words& words);
  void go_on(const Words& words);
  void leave(const Words& words);
  template <engine::DecisionKind kind>
  void about_message(const Words& words);
  template <scenarios::Choice::Kind kind>
  void about_holding(const Words& words);
  void fire(const Words& words);
  void complete(const Words& words);
  void crash(const Words& words);
  template <engine::DecisionKind kind>
  void about_node(const Words& words);
  void clock(const Words& words);
  template <scenarios::Choice::Kind kind>
  void about_link(const Words& words);
  void heal_all();
  template <scenarios::Choice::Kind kind>
  void about_fault(const Words& words);
  void client(const Words& words);
  // Back and forth, and out (stepping_ways.cpp)
  void undo(const Words& words);
  void redo(const Words& words);
  void go(const Words& words);
  void mark(const Words& words);
  void branch(const Words& words);
  void save(const Words& words);
  void save_run(const std::string& path);
  void quit(const Words& words);
  /// Says where the session stands now.
  void arrive();
  /// InputError if it could be taken for a step.
  static void require_name(const std::string& name);
  void tell_saved(const explain::SessionScript& script, const Outputs& outputs,
                  const std::string& where);

  /// Makes the choice and prints what came of it. InputError if it is not possible: `what` says it.
  void make(const scenarios::Choice& choice, const std::string& what);
  void decide(engine::Decision decision);
  /// Makes up to `most` decisions of what drives the run; ends with a violation if
  /// `until_violated`.
  void drive(std::uint64_t most, bool until_violated);
  /// Reads a decision as scripts have it.
  engine::Decision read(const std::string& action, engine::Document value);
  [[nodiscard]] NodeId read_node(const std::string& name) const;
  [[nodiscard]] std::uint64_t read_number(const std::string& word, const std::string& what) const;
  /// The decision under this number of the list.
  [[nodiscard]] engine::Decision offered(const std::string& number) const;
  [[nodiscard]] engine::MessageName read_message(const Words& words);
  /// Says what the history has come to violate.
  void judge();
  /// Properties that only the history tells to be violated.
  [[nodiscard]] std::vector<std::string> judged() const;
  [[nodiscard]] const engine::NodeNames& node_names() const { return session_.world().names(); }

  explain::Session& session_;
  std::string source_;
  std::int64_t parent_;
  bool silent_;
  engine::DecisionReader reader_;
  /// Who asks for operations.
  NodeId client_ = no_node;
  /// Judged where the session stands.
  std::vector<std::string> judged_;
  bool quit_ = false;
  bool terminated_ = false;
  std::int64_t saved_run_ = 0;
};

}  // namespace stampede::cli

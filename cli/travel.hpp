// What `replay` shows of a run that is on tape: the world behind any step, as differences; where a
// predicate holds; how values change.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "engine/core/json.hpp"
#include "explain/predicate.hpp"

namespace stampede::cli {

struct TravelFlags {
  std::optional<std::uint64_t> from;
  std::optional<std::uint64_t> to;
  std::string node;
  std::string until;
  std::vector<std::string> watches;
  /// `events`, `state`, `diff`, or empty.
  std::string show;

  /// Something of this needs a tape: else what happens is shown while it happens.
  [[nodiscard]] bool need_tape() const {
    return !until.empty() || !watches.empty() || show == "diff" ||
           (show.empty() && (to || from || !node.empty()));
  }
};

/// A journey to a step of a run. What is asked is read, and refused, before the run is done.
class Travel {
 public:
  /// InputError for unknown nodes, fields and other names.
  Travel(const TravelFlags& flags, const scenarios::Scenario& scenario);

  /// Finds the steps that are meant. InputError if the run does not have them.
  void go(explain::Tape& tape);
  /// True if there is an `--until`, and it holds nowhere.
  [[nodiscard]] bool never_holds() const { return until_ && !stop_ && to_ != 0 && !interrupted(); }

  /// For people.
  void print(explain::Tape& tape) const;
  /// The keys `from`, `to`, `until`, `watches`, `nodes`, `sent` and `gone` of an object.
  void write(engine::JsonWriter& json, explain::Tape& tape) const;

 private:
  struct Seen {
    std::uint64_t step = 0;
    engine::Time time{};
    explain::Watch::Change change;
  };

  void require_steps(const explain::Tape& tape) const;
  /// Something is shown besides what was watched.
  [[nodiscard]] bool shows_steps() const;
  /// The world before `from_`.
  [[nodiscard]] std::unique_ptr<engine::World> world_before(explain::Tape& tape) const;
  void print_watched() const;
  void print_world(explain::Tape& tape) const;
  void write_watched(engine::JsonWriter& json) const;

  const TravelFlags& flags_;
  explain::Vocabulary words_;
  std::optional<NodeId> node_;
  std::optional<explain::Predicate> until_;
  std::vector<explain::Watch> watches_;
  // What was found.
  std::uint64_t from_ = 0;
  std::uint64_t to_ = 0;
  /// Where `until_` holds first.
  std::optional<std::uint64_t> stop_;
  std::vector<Seen> seen_;
};

/// The node of this name; nothing for the empty text. InputError if there is none.
std::optional<NodeId> node_named(const std::string& name, const engine::NodeNames& names);

}  // namespace stampede::cli

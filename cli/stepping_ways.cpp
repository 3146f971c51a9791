// Back and forth in a session, and out of it.
#include <filesystem>

#include "cli/command.hpp"
#include "cli/stepping.hpp"
#include "cli/stepping_text.hpp"
#include "engine/core/error.hpp"
#include "scenarios/running/record.hpp"

namespace stampede::cli {

using engine::InputError;

void Stepping::undo(const Words& words) {
  const std::uint64_t count =
      words.list.empty() ? 1 : read_number(words.list.front(), "a number of choices");
  if (!session_.undo(count)) {
    throw InputError("only " + std::to_string(session_.depth()) + " choices led here",
                     "'names' lists where to go");
  }
  arrive();
}

void Stepping::redo(const Words& words) {
  const std::uint64_t count =
      words.list.empty() ? 1 : read_number(words.list.front(), "a number of choices");
  if (!session_.redo(count))
    throw InputError("not so many choices were undone here", "'names' lists where to go");
  arrive();
}

void Stepping::go(const Words& words) {
  const std::string& name = words.list.front();
  if (!session_.go_to(name)) {
    if (name.find_first_not_of("0123456789") != std::string::npos) {
      std::vector<std::string> known;
      for (const auto& [one, at] : session_.names()) known.push_back(one);
      engine::fail_unknown({}, "mark or branch", name, known);
    }
    if (!session_.go_to(read_number(name, "a step")))
      throw InputError("no turn has come to step " + name, "'continue' goes further");
  }
  arrive();
}

void Stepping::arrive() {
  judged_ = judged();
  print({overview_lines(session_).front()});
}

void Stepping::mark(const Words& words) {
  require_name(words.rest);
  if (!session_.mark(words.rest))
    throw InputError("'" + words.rest + "' is a branch", "give the mark a name of its own");
}

void Stepping::branch(const Words& words) {
  require_name(words.rest);
  if (!session_.branch(words.rest))
    throw InputError("there is '" + words.rest + "' already",
                     "'go " + words.rest + "' leads there");
}

void Stepping::require_name(const std::string& name) {
  if (name.find_first_not_of("0123456789") == std::string::npos)
    throw InputError("'" + name + "' would be a step", "begin the name with a letter");
}

void Stepping::save(const Words& words) {
  const std::string& what = words.list[0];
  if (what != "script" && what != "test" && what != "run")
    engine::fail_unknown({}, "thing to save", what, {"script", "test", "run"});
  const bool is_named = words.list.size() > 1;
  if (what == "run" && (is_named || parent_ != 0))
    return save_run(is_named ? words.list[1] : source_);
  if (!is_named)
    throw InputError("'save " + what + "' has no file", "name one: save " + what + " FILE");
  save_script(words.list[1], what == "test");
}

void Stepping::save_script(const std::string& path, bool as_test) {
  const explain::SessionScript script = explain::script_of(session_, path, as_test);
  Outputs outputs({source_});
  {
    OutputFile file(outputs, "save", path);
    file.stream() << script.text;
    file.finish();
  }
  tell_saved(script, outputs, path);
}

void Stepping::save_run(const std::string& path) {
  const bool is_beside = parent_ != 0 && path == source_;
  const std::string name =
      parent_ == 0 ? "session"
                   : std::filesystem::path(session_.file().path()).stem().string() + "-what-if";
  const explain::SessionScript script = explain::script_of(session_, name, false);
  Outputs outputs(is_beside ? std::vector<std::string>{} : std::vector{source_});
  outputs.take_database("save", path);
  outputs.write([&] {
    traces::Store database = traces::Store::create_or_open(path);
    saved_run_ = scenarios::record(database, script.file, script.result,
                                   scenarios::Recording::events, false, is_beside ? parent_ : 0);
  });
  tell_saved(script, outputs, "run " + std::to_string(saved_run_) + " in " + path);
}

void Stepping::tell_saved(const explain::SessionScript& script, const Outputs& outputs,
                          const std::string& where) {
  if (outputs.status(exit_ok) != exit_ok) {
    outputs.tell();
    throw InputError("not saved", "nothing is lost: save it elsewhere");
  }
  session_.saved();
  print({"saved: " + where + ", " + std::to_string(script.result.decisions) + " decisions, " +
         engine::word_of(script.result.verdict)});
  if (!script.same)
    print({"it does not come out the same: a fault lets clocks drift, which no script says"});
}

void Stepping::quit(const Words&) { quit_ = true; }

std::vector<Stepping::Command> Stepping::commands_of_ways() {
  using S = Stepping;
  return {
      {"undo", "[N]", "the last choice", Names::nothing, 0, 1, &S::undo},
      {"redo", "[N]", "what was undone", Names::nothing, 0, 1, &S::redo},
      {"mark", "NAME", "name where the session stands", Names::name, 1, 1, &S::mark},
      {"branch", "NAME", "name what is chosen from here on", Names::name, 1, 1, &S::branch},
      {"go", "NAME|STEP", "to a mark, the end of a branch, or a step", Names::name, 1, 1, &S::go},
      {"save", "script|test FILE | run [DB]", "what was chosen", Names::what_to_save, 1, 2,
       &S::save},
      {"quit", "", "the end", Names::nothing, 0, 0, &S::quit},
  };
}

}  // namespace stampede::cli

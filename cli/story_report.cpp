#include "cli/story_report.hpp"

#include <cstdio>

#include "cli/command.hpp"

namespace stampede::cli {
namespace {

constexpr std::size_t story_width = 120;
constexpr std::size_t story_column = 8;

/// The text behind the step's number, in as many lines as it takes.
void add_wrapped(std::vector<std::string>& lines, std::uint64_t step, const std::string& text) {
  std::string line = step == 0 ? std::string() : std::to_string(step);
  line.insert(0, line.size() < story_column - 2 ? story_column - 2 - line.size() : 0, ' ');
  line += "  ";
  std::size_t filled = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (filled != 0 && line.size() + 1 + end - at > story_width) {
      lines.push_back(line);
      line.assign(story_column, ' ');
      filled = 0;
    }
    if (filled++ != 0) line += ' ';
    line.append(text, at, end - at);
    at = end + 1;
  }
  lines.push_back(line);
}

std::string contradiction_words(const explain::Contradiction& found, const explain::Tape& tape) {
  const std::string who = tape.names().of(tape.step(found.later).node);
  std::string text = "Steps " + std::to_string(found.earlier) + " and " +
                     std::to_string(found.later) + " contradict each other. ";
  if (found.known) {
    text += "The first is in the past of the second: " + who + " had a way to know of it.";
  } else {
    text += "Nothing that " + who +
            " had heard came from the first: to be right it would have had "
            "to know of it.";
  }
  if (found.last_common_cause != 0)
    text +=
        " The last step in the past of both is " + std::to_string(found.last_common_cause) + ".";
  return text;
}

std::string no_return_words(const explain::NoReturn& found) {
  const std::string text =
      "The point of no return is step " + std::to_string(found.step) + ": behind it ";
  if (!found.exact) return text + "no continuation was right of those that were tried.";
  return text + "the property breaks in whatever order the rest comes (" + grouped(found.states) +
         (found.states == 1 ? " world" : " worlds") + " looked at).";
}

std::string strip_words(const std::vector<explain::Cut>& strip) {
  std::string text = "Continuations that break it, by the step behind which they begin:";
  for (const explain::Cut& cut : strip) {
    const std::uint32_t share = cut.samples == 0 ? 0 : cut.failed * 100 / cut.samples;
    text += " " + std::to_string(cut.step) + ":" + std::to_string(share) + "%";
  }
  return text;
}

}  // namespace

ToldStory tell_story(explain::Tape& tape, const engine::Violation& violation,
                     const explain::NoReturnSettings& settings) {
  return {explain::story_of(tape, violation),
          explain::point_of_no_return(tape, violation, settings)};
}

std::vector<std::string> story_lines(const ToldStory& told, const explain::Tape& tape) {
  const explain::Story& story = told.story;
  std::vector<std::string> lines = {"how it came to " + story.property + ":"};
  for (const explain::Sentence& one : story.sentences) add_wrapped(lines, one.step, one.text);
  if (story.contradiction.earlier != 0)
    add_wrapped(lines, 0, contradiction_words(story.contradiction, tape));
  if (told.no_return.step != 0) add_wrapped(lines, 0, no_return_words(told.no_return));
  if (!told.no_return.strip.empty()) add_wrapped(lines, 0, strip_words(told.no_return.strip));
  return lines;
}

void print_how_it_came(scenarios::Scenario scenario, scenarios::RunSettings settings) {
  settings.limits.stop = [] { return interrupted() ? "interrupted" : std::string(); };
  explain::Tape tape(std::move(scenario), settings);
  const engine::Violation* violation = explain::told_violation(tape);
  if (violation == nullptr) return;
  explain::NoReturnSettings quick;
  quick.states_max = 2'000;
  quick.cuts = 0;
  for (const std::string& line : story_lines(tell_story(tape, *violation, quick), tape))
    std::printf("%s\n", line.c_str());
}

void write_story(engine::JsonWriter& json, const ToldStory& told) {
  json.key("story");
  engine::write(json, told.story);
  json.key("no_return");
  engine::write(json, told.no_return);
}

}  // namespace stampede::cli

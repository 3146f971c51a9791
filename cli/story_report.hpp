// How stories are put into words and JSON.
#pragma once

#include <string>
#include <vector>

#include "engine/core/json.hpp"
#include "explain/no_return.hpp"
#include "explain/story.hpp"

namespace stampede::cli {

/// What is told of one violation of a run.
struct ToldStory {
  explain::Story story;
  explain::NoReturn no_return;
};

/// The story of the violation that the tape's run is about. REQUIRES: there is one.
ToldStory tell_story(explain::Tape& tape, const engine::Violation& violation,
                     const explain::NoReturnSettings& settings);

/// Runs the scenario and prints how it came to what it violates, if it does. Of its point of no
/// return no more than a moment's search finds out.
void print_how_it_came(scenarios::Scenario scenario, scenarios::RunSettings settings = {});

/// The story in lines of at most 120 characters: its sentences with their steps, what contradicts
/// what, the point of no return, and the strip of probability if there is one.
std::vector<std::string> story_lines(const ToldStory& told, const explain::Tape& tape);

/// `story`, `no_return`: as a member of the object that is being written.
void write_story(engine::JsonWriter& json, const ToldStory& told);

}  // namespace stampede::cli

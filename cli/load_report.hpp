// `--stats`: what runs cost, as a table with a plot, and as JSON.
#pragma once

#include "engine/core/json.hpp"
#include "scenarios/running/load.hpp"

namespace CLI {
class App;
}

namespace stampede::cli {

void add_stats(CLI::App& command, bool& asked);

void print_load(const scenarios::Load& load);
/// `load`: figures and percentiles, and the counts that they come from.
void write_load(engine::JsonWriter& json, const scenarios::Load& load);

}  // namespace stampede::cli

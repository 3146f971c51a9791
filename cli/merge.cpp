// stampede merge: what sweeps of parts of a range of seeds come to together.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>

#include "cli/command.hpp"
#include "cli/coverage_report.hpp"
#include "cli/output.hpp"
#include "cli/sweep_report.hpp"
#include "scenarios/running/swept.hpp"

namespace stampede::cli {
namespace {

struct MergeFlags {
  std::vector<std::string> files;
  std::string summary;
};

scenarios::Swept read_part(const std::string& path) {
  const std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  // A folder opens, and has nothing to read.
  if (!stream.is_open() || !text) {
    throw engine::InputError({path, 0, 0}, "cannot be read",
                             "give files that stampede sweep --summary wrote");
  }
  return scenarios::read_swept(text.str(), path);
}

int execute(const MergeFlags& flags, const CommonFlags& common) {
  scenarios::Swept all = read_part(flags.files.front());
  for (std::size_t i = 1; i < flags.files.size(); ++i)
    scenarios::merge(all, read_part(flags.files[i]), flags.files[i]);
  const auto file = scenarios::ScenarioFile::parse(all.scenario_text, all.scenario_file,
                                                   all.overrides, common.program.models);
  const scenarios::Scenario scenario = file.resolve(file.seed());
  const scenarios::SweepJudgement judged = scenarios::judge(scenario, all.summary);
  Outputs outputs(flags.files);
  OutputFile summary(outputs, "--summary", flags.summary);
  if (summary) {
    summary.stream() << engine::to_json(all) << '\n';
    summary.finish();
  }
  const int status = outputs.status(exit_status(judged.outcome));
  if (common.json) {
    print_sweep_json(scenario, all, judged, {}, {}, 0, status, 0);
  } else if (!common.quiet) {
    print_sweep_text(all, judged, 0);
    if (all.coverage && !all.ran.empty()) print_coverage(*all.coverage, all.ran.front().first);
    std::printf("seeds: %s of %s, by %s\n", scenarios::ranges_text(all.ran).c_str(),
                all.scenario_file.c_str(), engine::build_text(all.build).c_str());
  }
  outputs.tell();
  return status;
}

}  // namespace

Run add_merge(CLI::App& app, CommonFlags& common) {
  CLI::App* command = app.add_subcommand(
      "merge", "Say what sweeps of different seeds of one scenario come to together");
  auto flags = std::make_shared<MergeFlags>();
  command->add_option("FILE", flags->files, "What sweep --summary wrote")->required();
  command->add_option("--summary", flags->summary, "Write it as JSON, to be merged once more");
  return [flags, &common] { return execute(*flags, common); };
}

}  // namespace stampede::cli

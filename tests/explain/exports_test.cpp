// Each format is read back by a grammar of its own (read_export.py), and histories by `check`.
#include "explain/exports/exports.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <set>
#include <sstream>

#include "engine/core/error.hpp"
#include "histories/check.hpp"
#include "models/service/services.hpp"
#include "tests/regress/program.hpp"

namespace {

using namespace stampede;
using explain::Tape;

Tape export_tape(const std::string& name, std::uint64_t seed,
                 std::vector<std::string> overrides = {}) {
  return Tape(
      scenarios::ScenarioFile::load(tests::catalogue(name), std::move(overrides)).resolve(seed));
}

std::string exported(Tape& tape, std::string_view format) {
  const auto& formats = explain::export_formats();
  const auto found = std::find_if(
      formats.begin(), formats.end(),
      [&](const explain::ExportFormat& candidate) { return candidate.name == format; });
  REQUIRE(found != formats.end());
  std::ostringstream out;
  explain::export_run(tape, *found, out);
  return out.str();
}

bool is_history(std::string_view format) {
  return format == "jepsen-edn" || format == "ndjson" || format == "porcupine";
}

/// What read_export.py prints of the files in the folder.
tests::Ended read_exports(const tests::Folder& folder) {
  return tests::shell("python3 " STAMPEDE_SOURCE_DIR "/tests/explain/read_export.py " +
                      folder.path());
}

/// What it must print, by the tape itself.
std::string expected(const Tape& tape) {
  std::uint64_t arrivals = 0;
  std::uint64_t edges = 0;
  std::map<NodeId, std::uint64_t> latest;
  for (std::uint64_t number = 1; number <= tape.size(); ++number) {
    const explain::Step& step = tape.step(number);
    const bool arrives = explain::is_arrival(step.kind);
    arrivals += arrives ? 1 : 0;
    const bool at_node = step.node != no_node && (arrives || !is_about_message(step.kind));
    const std::uint64_t before = std::exchange(latest[at_node ? step.node : no_node], number);
    edges += (before != 0 ? 1U : 0U) + (step.cause != 0 && step.cause != before ? 1U : 0U);
  }
  const std::string steps = std::to_string(tape.size());
  const std::string came = std::to_string(arrivals);
  std::string text;
  for (const explain::ExportFormat& format : explain::export_formats()) {
    if (is_history(format.name)) continue;
    const bool diagram = format.name == "mermaid" || format.name == "plantuml";
    const bool graph = format.name == "dot" || format.name == "graphml";
    text += std::string(format.name) + " " + (diagram ? "-" : steps) + " " + came + " " +
            (graph ? std::to_string(edges) : "-") + "\n";
  }
  return text;
}

checkers::Verdict judged(const std::string& text, histories::HistoryFormat format) {
  histories::ImportSettings settings;
  settings.format = format;
  settings.failed_cas = histories::FailedCas::mismatch;
  settings.find_service = &models::service::find_service;
  settings.service_names = models::service::service_names();
  auto imported = histories::import_history(histories::InputText::of(text, "export"), settings);
  return histories::check(imported, *histories::judge_for(imported, "linearizable"), {}, {})
      .verdict;
}

/// With losses, copies, crashes and faults, and a node that shows something of two groups.
const std::vector<std::pair<std::string, std::uint64_t>> runs_to_export = {
    {"viewstamped/swarm", 5},
    {"multi_paxos/reconfiguring-swarm", 2},
    {"bugs/primary-backup-obeys-outdated", 1}};

}  // namespace

TEST_CASE("exports: every format is read back by a grammar of its own", "[explain]") {
  for (const auto& [name, seed] : runs_to_export) {
    INFO(name);
    Tape tape = export_tape(name, seed, {"workload.operations=20"});
    const tests::Folder folder("exports");
    for (const explain::ExportFormat& format : explain::export_formats()) {
      if (is_history(format.name)) continue;
      std::ofstream(folder / (std::string(format.name) + ".export")) << exported(tape, format.name);
    }
    const tests::Ended read = read_exports(folder);
    CHECK(read.out == expected(tape));
    CHECK(read.status == 0);
  }
}

TEST_CASE("exports: half a file is not taken for the run", "[explain]") {
  Tape tape = export_tape("bugs/vrr-state-transfer-truncates", 1);
  const std::string whole = expected(tape);
  for (const explain::ExportFormat& format : explain::export_formats()) {
    if (is_history(format.name)) continue;
    INFO(format.name);
    const tests::Folder folder("half-export");
    const std::string text = exported(tape, format.name);
    std::ofstream(folder / (std::string(format.name) + ".export"))
        << text.substr(0, text.size() / 2);
    const tests::Ended read = read_exports(folder);
    CHECK((read.status != 0 || whole.find(read.out) == std::string::npos));
  }
}

TEST_CASE("exports: a history comes back with the verdict of its run", "[explain]") {
  using histories::HistoryFormat;
  const std::map<std::string, HistoryFormat> formats = {
      {"jepsen-edn", HistoryFormat::jepsen_edn},
      {"ndjson", HistoryFormat::ndjson},
      {"porcupine", HistoryFormat::porcupine_json}};
  std::set<bool> verdicts;
  for (const std::string name :
       {"viewstamped/swarm", "multi_paxos/swarm", "abd/swarm", "single_copy/two-servers"}) {
    Tape tape = export_tape(name, 5, {"checks=[linearizability]", "expect=ok"});
    bool violated = false;
    for (const scenarios::FoundViolation& found : tape.result().violations)
      violated = violated || found.violation.property == "linearizability";
    verdicts.insert(violated);
    for (const auto& [format, read_as] : formats) {
      INFO(name << " as " << format);
      CHECK(judged(exported(tape, format), read_as) ==
            (violated ? checkers::Verdict::violated : checkers::Verdict::ok));
    }
  }
  CHECK(verdicts.size() == 2);
}

TEST_CASE("exports: the command writes what is asked for, and says what it cannot",
          "[explain][input]") {
  const tests::Folder folder("export");
  const std::string database = folder / "runs.db";
  tests::shell("S run " + tests::catalogue("bugs/primary-backup-obeys-outdated") +
               " --quiet --db " + database);
  const std::string export_it = "export " + database + " --format ";
  const tests::Ended shown = tests::shell("S " + export_it + "mermaid");
  CHECK(shown.status == 0);
  CHECK(shown.out.starts_with("sequenceDiagram\n  participant n0 as r0\n"));
  CHECK(tests::shell("S " + export_it + "mermaid --out " + (folder / "run.mmd")).out.empty());
  CHECK(folder.text_of("run.mmd") == shown.out);
  const tests::Ended unknown = tests::shell("S " + export_it + "mermade");
  CHECK(unknown.status == 2);
  CHECK(unknown.says("unknown format 'mermade'"));
  CHECK(unknown.says("did you mean 'mermaid'?"));
  CHECK(tests::shell("S " + export_it + "html --out " + (folder / "run.html")).status == 0);
  tests::shell("S view " + database + " --html " + (folder / "view.html"));
  CHECK(folder.text_of("run.html").starts_with("<!doctype html>"));
  CHECK(folder.text_of("run.html") == folder.text_of("view.html"));
  CHECK(tests::shell("S " + export_it + "dot --json").status == 2);
  CHECK(tests::shell("S " + export_it + "dot --out " + database).status == 2);
  CHECK(tests::shell("S " + export_it + "dot --run 2").says("there is no run 2"));
}

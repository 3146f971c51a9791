#include "scenarios/reading/check_reader.hpp"

#include <algorithm>

#include "scenarios/documents/schema.hpp"
#include "scenarios/reading/checks.hpp"
#include "scenarios/reading/workload_reader.hpp"

namespace stampede::scenarios {
namespace {

using checkers::HistoryJudge;
using engine::Document;

/// Names that `checks:` and `expect:` may use.
std::vector<std::string> known_checks(const Scenario& scenario) {
  std::vector<std::string> known;
  for (const CheckInfo& check : applicable_checks(scenario)) known.push_back(check.name);
  for (const CheckInfo& check : optional_checks(*scenario.model, scenario.cluster))
    known.push_back(check.name);
  return known;
}

const char* what_is_judged(checkers::Needs needs) {
  switch (needs) {
    case checkers::Needs::reads_and_writes:
      return "reads and writes";
    case checkers::Needs::known_reads:
      return "services that tell their reads from changes";
    case checkers::Needs::transactions:
      return "transactions";
    default:
      return "all services";
  }
}

checkers::Bound read_bound(const HistoryJudge& judge, const Document& value) {
  checkers::Bound bound;
  // A bare 0 counts versions, as all bare numbers do.
  if (judge.bounds_time && value.is_scalar() && value.text != "0")
    bound.time = engine::parse_duration(value.text);
  if (!bound.time) {
    // The latest version is the first of k, and no version behind itself.
    const std::int64_t least = judge.bounds_time ? 0 : 1;
    bound.versions = static_cast<std::uint64_t>(engine::read_integer(value, least, 1'000'000));
  }
  return bound;
}

/// `name`, or `{ name: bound }`.
void read_check(const Document& item, const std::vector<std::string>& known, Scenario& scenario) {
  if (item.is_mapping() && item.entries.size() != 1)
    item.fail("expected one check", "write { k-atomic: 2 }");
  const std::string& name = item.is_mapping() ? item.entries.front().key : item.text;
  const HistoryJudge* judge =
      scenario.model->uses_service ? checkers::find_judge_of(name) : nullptr;
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    if (judge == nullptr) engine::fail_unknown(item.place(), "check", name, known);
    item.fail("check '" + name + "' can tell nothing of service '" +
                  std::string(scenario.cluster.service->name) + "'",
              std::string("it judges ") + what_is_judged(judge->needs));
  }
  const bool is_bounded = judge != nullptr && (judge->bounds_versions || judge->bounds_time);
  if (is_bounded != item.is_mapping()) {
    const std::string example = is_bounded ? "{ " + name + ": 2 }" : name;
    item.fail("check '" + name + "' " + (is_bounded ? "needs a bound" : "has no bound"),
              "write " + example);
  }
  if (is_bounded) scenario.bounds[name] = read_bound(*judge, item.entries.front().value);
}

/// `judged` are the checks that the file lists, if it does.
Expectation read_expectation(const Document& document, const std::vector<std::string>& known,
                             const std::vector<std::string>* judged) {
  if (document.is_scalar()) return {};
  if (document.entries.size() != 1)
    document.fail("expected one of 'violation' and 'vacuous'",
                  "write { violation: PROPERTY } or { vacuous: ok }");
  if (document.find("vacuous") != nullptr) return {"", true};
  const Document& property = document.at("violation");
  if (std::find(known.begin(), known.end(), property.text) == known.end())
    engine::fail_unknown(property.place(), "check", property.text, known);
  if (judged != nullptr && property.text != "no-exception" &&
      std::find(judged->begin(), judged->end(), property.text) == judged->end()) {
    property.fail("'" + property.text + "' is not judged, so nothing can violate it",
                  "add it to 'checks', or leave 'checks' out");
  }
  return {property.text, false};
}

/// Nobody has to ask for the check that a file expects to fail.
void judge_expected(const Expectation& expected, const std::vector<std::string>& known,
                    Scenario& scenario) {
  std::vector<std::string> wanted = scenario.checks;
  if (!expected.ok()) wanted.push_back(expected.violation);
  scenario.checks.clear();
  for (const std::string& name : known) {
    if (std::find(wanted.begin(), wanted.end(), name) != wanted.end())
      scenario.checks.push_back(name);
  }
}

bool is_quiet(const Scenario& scenario) {
  return scenario.liveness && scenario.liveness->quiet > engine::Duration{};
}

void fit_workload(const HistoryJudge& judge, const Document* workload, Scenario& scenario) {
  const std::vector<std::string> kinds =
      checkers::judged_kinds(judge.needs, *scenario.cluster.service);
  const auto is_judged = [&](const models::client::Kind& kind) {
    return std::find(kinds.begin(), kinds.end(), kind.name) != kinds.end();
  };
  for (std::size_t phase = 0; phase < scenario.workload.phases.size(); ++phase) {
    std::vector<models::client::Kind>& mix = scenario.workload.phases[phase].mix;
    const auto other = std::find_if(mix.begin(), mix.end(), [&](const models::client::Kind& kind) {
      return kind.weight > 0 && !is_judged(kind);
    });
    const Document* written = written_mix(workload, phase);
    if (written != nullptr && other != mix.end())
      written->fail("check '" + judge.property + "' can tell nothing of '" + other->name + "'",
                    "it judges: " + engine::comma_list(kinds));
    std::erase_if(mix, [&](const models::client::Kind& kind) { return !is_judged(kind); });
  }
}

}  // namespace

void read_checks(const Document* checks, const Document* workload, Scenario& scenario) {
  if (checks == nullptr) {
    for (const CheckInfo& check : applicable_checks(scenario))
      scenario.checks.push_back(check.name);
    for (const JudgedGroup& group : groups_with_logs(*scenario.model, scenario.cluster)) {
      if (is_quiet(scenario)) scenario.checks.push_back(group.check(stable_leader));
    }
    return;
  }
  const std::vector<std::string> known = known_checks(scenario);
  for (const Document& item : checks->items) read_check(item, known, scenario);
  // In listing order, each once.
  for (const std::string& name : known) {
    const bool wanted =
        std::any_of(checks->items.begin(), checks->items.end(), [&](const Document& item) {
          return (item.is_mapping() ? item.entries.front().key : item.text) == name;
        });
    if (!wanted) continue;
    scenario.checks.push_back(name);
    const HistoryJudge* judge = checkers::find_judge_of(name);
    if (judge != nullptr) fit_workload(*judge, workload, scenario);
  }
}

void read_expect(const Document* document, bool checks_given, Scenario& scenario) {
  if (document == nullptr) return;
  const std::vector<std::string> known = known_checks(scenario);
  const auto read = [&, judged = checks_given ? &scenario.checks : nullptr](const Document& one) {
    return read_expectation(one, known, judged);
  };
  const auto stands_alone = [&](const char* key) {
    if (document->is_scalar() || document->find(key) == nullptr) return false;
    if (document->entries.size() != 1)
      document->fail("'" + std::string(key) + "' stands alone",
                     "or say it of 'run', 'sweep' and 'explore', each by itself");
    return true;
  };
  if (document->is_scalar() || stands_alone("violation") || stands_alone("vacuous")) {
    scenario.expect_run = scenario.expect_sweep = scenario.expect_explore = read(*document);
  } else {
    if (const Document* run = document->find("run")) scenario.expect_run = read(*run);
    if (const Document* sweep = document->find("sweep")) scenario.expect_sweep = read(*sweep);
    if (const Document* explore = document->find("explore"))
      scenario.expect_explore = read(*explore);
  }
  if (checks_given) return;
  for (const Expectation* expected :
       {&scenario.expect_run, &scenario.expect_sweep, &scenario.expect_explore})
    judge_expected(*expected, known, scenario);
}

void require_known_properties(const Scenario& scenario) {
  for (const ScriptItem& item : scenario.script) {
    if (item.kind != ScriptItem::Kind::expect_violation) continue;
    const std::vector<std::string> known = known_checks(scenario);
    if (std::find(known.begin(), known.end(), item.property) == known.end())
      engine::fail_unknown(item.place, "check", item.property, known);
  }
}

void require_quiet(const Document& document, const Scenario& scenario) {
  if (is_quiet(scenario)) return;
  for (const JudgedGroup& group : groups_with_logs(*scenario.model, scenario.cluster)) {
    const std::string check = group.check(stable_leader);
    if (!scenario.is_checked(check)) continue;
    const Document* place = document.find("liveness");
    if (place == nullptr) place = document.find("checks");
    (place == nullptr ? document : *place)
        .fail("check '" + check + "' is judged while all is quiet, and no time is",
              "write liveness: { faults_stop: 2s, within: 10s, quiet: 5s }");
  }
}

void read_bounds(const Document* bounds, bool checks_given, Scenario& scenario) {
  if (bounds == nullptr) return;
  bounds->expect_mapping("collections with how much they may hold, for example { log: 200 }");
  const std::vector<std::string> known = bounded_collections(*scenario.model, scenario.cluster);
  if (known.empty())
    bounds->fail("the nodes of model '" + scenario.model->name + "' have nothing that is bounded",
                 "leave 'bounds' out");
  if (bounds->entries.empty())
    bounds->fail("nothing is bounded", "write for example bounds: { " + known.front() + ": 200 }");
  for (const Document::Entry& entry : bounds->entries) {
    if (std::find(known.begin(), known.end(), entry.key) == known.end())
      engine::fail_unknown(entry.value.place(), "collection", entry.key, known);
    scenario.sizes_max[entry.key] = read_count(entry.value);
  }
  if (!checks_given) scenario.checks.push_back(memory_bound);
  if (checks_given && !scenario.is_checked(memory_bound))
    bounds->fail("'bounds' are judged by check 'memory-bound', which nobody asks for",
                 "add it to 'checks', or leave 'checks' out");
}

void require_bounds(const Document& document, const Scenario& scenario) {
  if (!scenario.is_checked(memory_bound) || !scenario.sizes_max.empty()) return;
  const Document* place = document.find("checks");
  if (place == nullptr) place = document.find("expect");
  (place == nullptr ? document : *place)
      .fail("check 'memory-bound' judges what is bounded, and nothing is",
            "write bounds: { " + bounded_collections(*scenario.model, scenario.cluster).front() +
                ": 200 }");
}

std::string check_text(const Scenario& scenario, const std::string& check) {
  const auto found = scenario.bounds.find(check);
  if (found == scenario.bounds.end()) return check;
  const checkers::Bound& bound = found->second;
  const std::string text =
      bound.time ? engine::to_string(*bound.time) : std::to_string(bound.versions.value_or(0));
  return "{ " + check + ": " + text + " }";
}

}  // namespace stampede::scenarios

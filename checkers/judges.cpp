#include "checkers/judges.hpp"

#include <algorithm>

#include "checkers/consistency/causal.hpp"
#include "checkers/consistency/eventual.hpp"
#include "checkers/consistency/sequential.hpp"
#include "checkers/consistency/staleness.hpp"
#include "checkers/linearizability/linearizability.hpp"
#include "checkers/open_shape.hpp"
#include "checkers/transactions/from_history.hpp"
#include "checkers/transactions/isolation.hpp"
#include "checkers/transactions/observations.hpp"
#include "checkers/transactions/transactions.hpp"

namespace stampede::checkers {
namespace {

using engine::ServiceType;
using JudgeFunction = std::function<Finding(const Evidence&, const Bound&, const Limits&)>;

Finding linearizability(const Evidence& seen, const Bound&, const Limits& limits) {
  return check_linearizability(seen.history, *seen.service, limits);
}

Finding sequential_consistency(const Evidence& seen, const Bound&, const Limits& limits) {
  return check_sequential(seen.history, *seen.service, limits);
}

Finding atomicity(const Evidence& seen, const Bound& bound, const Limits& limits) {
  return check_atomicity(seen.history, *seen.service, bound.versions.value_or(0), limits);
}

Finding staleness(const Evidence& seen, const Bound& bound, const Limits& limits) {
  return check_staleness(seen.history, *seen.service, {bound.versions, bound.time}, limits);
}

Finding convergence(const Evidence& seen, const Bound&, const Limits& limits) {
  return check_convergence(seen.history, *seen.service, limits);
}

JudgeFunction weak(WeakModel model) {
  return [model](const Evidence& seen, const Bound&, const Limits& limits) {
    return check_weak(seen.history, *seen.service, model, limits);
  };
}

/// What the first anomaly that the level forbids is about: operations, and how it calls them.
void blame_operations(Finding& finding) {
  if (finding.anomalies.empty() || !finding.anomalies.front().is_forbidden) return;
  const Anomaly& anomaly = finding.anomalies.front();
  finding.core.assign(anomaly.transactions.begin(), anomaly.transactions.end());
  std::sort(finding.core.begin(), finding.core.end());
  finding.core.erase(std::unique(finding.core.begin(), finding.core.end()), finding.core.end());
  finding.reason.say(": ").say(anomaly.description);
  for (const std::size_t position : finding.core) {
    finding.reason.say(position == finding.core.front() ? "; " : ", ");
    finding.reason.say(transaction_name(static_cast<std::uint32_t>(position)) + " is ");
    finding.reason.name(position);
  }
}

Finding check_operations(const Evidence& seen, Isolation level, const Limits& limits) {
  Patience patience(limits.stop);
  Finding finding;
  try {
    const auto transactions = transactions_of(seen.history, *seen.service, patience);
    finding = check_transactions(transactions, level, limits);
  } catch (const Stopped& stopped) {
    finding.limit = stopped.reason();
  }
  blame_operations(finding);
  return finding;
}

JudgeFunction isolation(Isolation level) {
  return [level](const Evidence& seen, const Bound&, const Limits& limits) {
    if (seen.transactions == nullptr) return check_operations(seen, level, limits);
    return check_transactions(*seen.transactions, level, limits);
  };
}

std::vector<HistoryJudge> judges_of_operations() {
  std::vector<HistoryJudge> judges;
  judges.push_back({.name = "linearizable",
                    .property = "linearizability",
                    .about = "What clients saw can be explained by one order of all operations "
                             "that agrees with real time.",
                    .judge = &linearizability});
  judges.push_back({.name = "sequential",
                    .property = "sequential-consistency",
                    .about = "What clients saw can be explained by one order of all operations, "
                             "each client's in its own. Not among the defaults: linearizability "
                             "says more.",
                    .in_real_time = false,
                    .judge = &sequential_consistency});
  for (const WeakModelInfo& model : weak_models()) {
    judges.push_back(
        {.name = model.name,
         .property = model.name,
         .about = model.about,
         .needs = Needs::reads_and_writes,
         .in_real_time = false,
         .cost = model.model == WeakModel::causal_memory ? Cost::polynomial : Cost::linear,
         .judge = weak(model.model)});
  }
  judges.push_back({.name = "k-atomic",
                    .property = "k-atomic",
                    .about = "One order of all operations that agrees with real time lets every "
                             "read see one of the latest k versions: k-atomic: 2.",
                    .needs = Needs::reads_and_writes,
                    .bounds_versions = true,
                    .judge = &atomicity});
  judges.push_back({.name = "staleness",
                    .property = "staleness",
                    .about = "No read sees what more than so many writes, or one for longer than "
                             "a time, had replaced when it began: staleness: 1, staleness: 50ms.",
                    .needs = Needs::reads_and_writes,
                    .cost = Cost::linear,
                    .bounds_versions = true,
                    .bounds_time = true,
                    .judge = &staleness});
  judges.push_back({.name = "eventual",
                    .property = "eventual",
                    .about = "After the last change of a key, the last looks of all clients at it "
                             "are alike.",
                    .needs = Needs::known_reads,
                    .at_rest = true,
                    .cost = Cost::linear,
                    .judge = &convergence});
  return judges;
}

std::vector<HistoryJudge> make_judges() {
  std::vector<HistoryJudge> judges = judges_of_operations();
  for (const IsolationInfo& level : isolation_levels()) {
    judges.push_back({.name = level.name,
                      .property = level.name,
                      .about = level.about,
                      .needs = Needs::transactions,
                      .in_real_time = obeyed_by(level.isolation) == Obeys::real_time,
                      .judge = isolation(level.isolation)});
  }
  for (HistoryJudge& judge : judges) {
    judge.judge = [name = judge.property, inner = std::move(judge.judge)](
                      const Evidence& seen, const Bound& bound, const Limits& limits) {
      Finding finding = inner(seen, bound, limits);
      finding.property = name;
      return finding;
    };
  }
  return judges;
}

template <class Matches>
const HistoryJudge* find_if(const Matches& matches) {
  const std::vector<HistoryJudge>& judges = history_judges();
  const auto found = std::find_if(judges.begin(), judges.end(), matches);
  return found == judges.end() ? nullptr : &*found;
}

/// What an operation of this kind does, written by somebody for the first time.
engine::Shape::Kind shape_of(const ServiceType& service, const std::string& kind) {
  if (service.shape == nullptr) return engine::Shape::Kind::other;
  const engine::Operation operation = service.generate(kind, {"key", "value", "earlier"});
  const KeptShape open = open_shape(service, operation);
  // To take away is to write what was there at first, perhaps twice.
  const bool clears =
      open.shape.kind == engine::Shape::Kind::write && open.shape.writes.is_nothing();
  return clears ? engine::Shape::Kind::other : open.shape.kind;
}

}  // namespace

const std::vector<HistoryJudge>& history_judges() {
  static const std::vector<HistoryJudge> judges = make_judges();
  return judges;
}

const HistoryJudge* find_history_judge(std::string_view name) {
  return find_if([&](const HistoryJudge& judge) { return judge.name == name; });
}

const HistoryJudge* find_judge_of(std::string_view property) {
  return find_if([&](const HistoryJudge& judge) { return judge.property == property; });
}

std::vector<std::string> judged_kinds(Needs needs, const ServiceType& service) {
  using Kind = engine::Shape::Kind;
  const bool all =
      needs == Needs::any_operations || (needs == Needs::transactions && service.shapes != nullptr);
  if (all) return service.kinds;
  std::vector<std::string> kinds;
  bool reads = false;
  bool changes = false;
  for (const std::string& kind : service.kinds) {
    const Kind shape = shape_of(service, kind);
    const bool only_looks =
        shape == Kind::read || shape == Kind::read_list || shape == Kind::read_lock;
    const bool fits =
        needs == Needs::known_reads
            ? service.is_pure != nullptr
            : needs == Needs::reads_and_writes && (shape == Kind::read || shape == Kind::write);
    if (!fits) continue;
    kinds.push_back(kind);
    (only_looks ? reads : changes) = true;
  }
  if (!reads || !changes) kinds.clear();
  return kinds;
}

}  // namespace stampede::checkers

#include "checkers/transactions/transactions.hpp"

#include <algorithm>

#include "checkers/transactions/cycles.hpp"
#include "checkers/transactions/inference.hpp"
#include "checkers/transactions/minimal_set.hpp"
#include "checkers/transactions/order_search.hpp"
#include "checkers/transactions/proofs.hpp"

namespace stampede::checkers {
namespace {

/// What is blamed where no order of the transactions is right.
enum class Blame { nobody, a_few };

class Judge {
 public:
  Judge(const std::vector<Transaction>& transactions, Isolation isolation, const Limits& limits,
        Blame blame)
      : transactions_(transactions),
        isolation_(isolation),
        obeys_(obeyed_by(isolation)),
        blame_(blame),
        allowance_(limits) {}

  Finding judge() {
    try {
      judge_within_limits();
    } catch (const Stopped& stopped) {
      if (result_.verdict != Verdict::violated) {
        result_.verdict = Verdict::undecided;
        result_.limit = stopped.reason();
      }
    }
    tell_reason();
    return std::move(result_);
  }

 private:
  void judge_within_limits() {
    const Inference inference(transactions_, obeys_, allowance_);
    for (const Anomaly& anomaly : inference.anomalies()) add(anomaly);
    for (const Cycle& cycle : find_cycles(inference, obeys_, allowance_)) {
      add(anomaly_of(cycle, inference.observations()));
    }
    if (result_.verdict == Verdict::violated) return;
    // Re-checkers hold what each key was.
    allowance_.hold(96 * inference.observations().versions().size() +
                    256 * inference.observations().keys().size() + 32 * transactions_.size());
    prove(inference);
  }

  void add(Anomaly anomaly) {
    anomaly.is_forbidden = forbids(isolation_, anomaly);
    if (anomaly.is_forbidden) result_.verdict = Verdict::violated;
    if (anomaly.name == unwritten_value) result_.unwritten_value = true;
    result_.anomalies.push_back(std::move(anomaly));
  }

  /// The names of what the level forbids, which comes first.
  void tell_reason() {
    std::stable_partition(result_.anomalies.begin(), result_.anomalies.end(),
                          [](const Anomaly& anomaly) { return anomaly.is_forbidden; });
    for (const Anomaly& anomaly : result_.anomalies) {
      if (!anomaly.is_forbidden) break;
      result_.reason.say(result_.reason.empty() ? "" : ", ").say(anomaly.name);
    }
  }

  [[nodiscard]] static Step step_of(const Cycle::Step& step, const Observations& observations) {
    Step told{step.from, step.edge.to, step.edge.kind};
    const std::string from = transaction_name(told.from);
    const std::string to = transaction_name(told.to);
    if (told.kind == Dependency::time) {
      told.sentence = from + " was over before " + to + " began";
      return told;
    }
    if (told.kind == Dependency::session) {
      told.sentence = std::string(from).append(" came before ").append(to) + " in one process";
      return told;
    }
    const auto value = [&](std::uint32_t version) {
      return version == Observations::none ? std::string()
                                           : std::string(observations.versions()[version].value);
    };
    const std::uint32_t known =
        step.edge.version == Observations::none ? step.edge.next : step.edge.version;
    const Observations::Key& key = observations.keys()[observations.versions()[known].key];
    told.key = key.name;
    told.value = value(step.edge.version);
    told.next = value(step.edge.next);
    const std::string wrote = key.is_list ? " appended " : " wrote ";
    if (told.kind == Dependency::wr) {
      told.sentence = from + wrote + told.value + " to " + told.key + ", which " + to + " read";
    } else if (told.kind == Dependency::ww) {
      told.sentence = from + wrote + told.value + " to " + told.key + ", behind which " + to +
                      wrote + told.next;
    } else {
      told.sentence = from + " read " + told.key +
                      (told.value.empty() ? std::string(" with nothing in it")
                       : key.is_list      ? " up to " + told.value
                                          : " = " + told.value) +
                      ", behind which " + to + wrote + told.next;
    }
    return told;
  }

  [[nodiscard]] static Anomaly anomaly_of(const Cycle& cycle, const Observations& observations) {
    Anomaly anomaly;
    anomaly.name = name_of(cycle.kind, cycle.obeys);
    anomaly.level = level_of(cycle.kind);
    anomaly.obeys = cycle.obeys;
    anomaly.is_shortest = cycle.is_shortest;
    for (const Cycle::Step& step : cycle.steps) {
      anomaly.transactions.push_back(step.from);
      anomaly.cycle.push_back(step_of(step, observations));
      anomaly.description += (anomaly.description.empty() ? "" : "; ");
      anomaly.description += anomaly.cycle.back().sentence;
    }
    return anomaly;
  }

  /// Nothing forbidden was found: the order that the edges leave, or a searched one, has to explain
  /// all that was read before that is believed.
  void prove(const Inference& inference) {
    switch (level_of(isolation_)) {
      case Level::read_uncommitted:
        return prove_versions(inference);
      case Level::read_committed:
        return prove_reads(inference);
      case Level::snapshot:
        return prove_snapshots(inference);
      case Level::serializable:
        return prove_order(inference);
    }
  }

  void prove_versions(const Inference& inference) {
    result_.limit = inference.observations().ambiguity();
    if (result_.limit.empty()) result_.verdict = Verdict::ok;
  }

  void prove_reads(const Inference& inference) {
    result_.limit = inference.observations().ambiguity();
    if (!result_.limit.empty()) return;
    auto order = find_order(inference, {Dependency::ww, Dependency::wr}, Hints::none, allowance_);
    result_.limit =
        order ? refute_committed_reads(transactions_, *order) : "a cycle without a name";
    if (!result_.limit.empty()) return;
    result_.verdict = Verdict::ok;
    result_.witness = std::move(*order);
  }

  /// A serial order is one of snapshots, too, and less is open in it.
  void prove_snapshots(const Inference& inference) {
    if (auto order = known_order(inference)) {
      result_.verdict = Verdict::ok;
      for (const std::size_t position : *order) {
        const auto number = static_cast<std::uint32_t>(position);
        result_.schedule.push_back({number, false});
        result_.schedule.push_back({number, true});
      }
      return;
    }
    for (const Hints hints : {Hints::early_snapshots, Hints::real_time, Hints::none}) {
      auto schedule = find_schedule(inference, hints, allowance_);
      if (!schedule || !refute_schedule(transactions_, obeys_, *schedule).empty()) continue;
      result_.verdict = Verdict::ok;
      result_.schedule = std::move(*schedule);
      return;
    }
    OrderFound found = find_snapshots(inference, obeys_, allowance_.rest());
    result_.schedule = std::move(found.schedule);
    take(found, "not-snapshot-isolated", "no order of beginnings and commits of ");
  }

  [[nodiscard]] std::optional<std::vector<std::size_t>> known_order(const Inference& inference) {
    const Dependencies all{Dependency::ww, Dependency::wr, Dependency::rw, Dependency::session,
                           Dependency::time};
    for (const Hints hints : {Hints::real_time, Hints::none}) {
      auto order = find_order(inference, all, hints, allowance_);
      if (order && refute_serial_order(transactions_, obeys_, *order).empty()) return order;
    }
    return std::nullopt;
  }

  void prove_order(const Inference& inference) {
    if (auto order = known_order(inference)) {
      result_.verdict = Verdict::ok;
      result_.witness = std::move(*order);
      return;
    }
    OrderFound found = find_serial_order(inference, obeys_, allowance_.rest());
    for (const Moment& moment : found.schedule) {
      if (moment.commits) result_.witness.push_back(moment.transaction);
    }
    take(found, "not-serializable", "no serial order of ");
  }

  [[nodiscard]] std::string obeying() const {
    if (obeys_ == Obeys::sessions) return ", with processes in their order,";
    return obeys_ == Obeys::real_time ? ", in real time," : "";
  }

  void take(OrderFound& found, const char* name, const char* no_order_of) {
    result_.verdict = found.verdict;
    result_.limit = std::move(found.limit);
    if (found.verdict != Verdict::violated) return;
    MinimalSet few;
    if (blame_ == Blame::a_few) few = find_few();
    Anomaly anomaly{name, no_order_of, few.transactions, level_of(isolation_), obeys_};
    anomaly.description += few.transactions.empty() ? "the transactions" : list(few.transactions);
    anomaly.description += obeying() + " explains what was read";
    anomaly.is_shortest = few.is_minimal;
    add(std::move(anomaly));
  }

  /// Searches for fewer are given a share of what the whole may use.
  MinimalSet find_few() {
    constexpr std::uint64_t share = 20'000;
    const auto judge = [&](const std::vector<Transaction>& fewer) {
      Limits limits = allowance_.rest();
      limits.max_configurations = std::min(limits.max_configurations, share);
      return Judge(fewer, isolation_, limits, Blame::nobody).judge().verdict;
    };
    return find_minimal_set(transactions_, judge, allowance_);
  }

  /// `T1, T2 and T7`.
  static std::string list(const std::vector<std::uint32_t>& numbers) {
    constexpr std::size_t listed_max = 12;
    std::string text;
    for (std::size_t at = 0; at < std::min(numbers.size(), listed_max); ++at) {
      const bool last = at + 1 == numbers.size();
      text += (at == 0 ? "" : last ? " and " : ", ") + transaction_name(numbers[at]);
    }
    if (numbers.size() <= listed_max) return text;
    return text + " and " + std::to_string(numbers.size() - listed_max) + " more";
  }

  const std::vector<Transaction>& transactions_;
  Isolation isolation_;
  Obeys obeys_;
  Blame blame_;
  Allowance allowance_;
  Finding result_;
};

}  // namespace

Finding check_transactions(const std::vector<Transaction>& transactions, Isolation isolation,
                           const Limits& limits) {
  return Judge(transactions, isolation, limits, Blame::a_few).judge();
}

}  // namespace stampede::checkers

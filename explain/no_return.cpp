#include "explain/no_return.hpp"

#include <algorithm>
#include <unordered_set>

#include "engine/core/random.hpp"
#include "explain/continuation.hpp"
#include "explain/contradiction.hpp"
#include "scenarios/running/fingerprint.hpp"

namespace stampede::explain {
namespace {

/// From the violation back: the worlds behind a step are few where little is left to happen, and
/// those that are lost behind it are lost behind the step before, too.
class ExactSearch {
 public:
  ExactSearch(const Continuation& continuation, const NoReturnSettings& settings)
      : continuation_(continuation), settings_(settings) {}

  /// Whether some continuation from there is right; nothing if that took too many worlds.
  std::optional<bool> some_is_right(std::uint64_t step) {
    std::vector<Continued> open;
    open.push_back(continuation_.from(step));
    if (!lost_.insert(continuation_.hash(open.back())).second) return false;
    while (!open.empty()) {
      Continued at = std::move(open.back());
      open.pop_back();
      if (continuation_.broken(at, false)) continue;
      const std::vector<Move> moves = continuation_.moves(at);
      if (moves.empty() && !continuation_.broken(at, true)) return true;
      for (const Move& move : moves) {
        Continued next = continuation_.copy(at);
        continuation_.make(next, move);
        if (lost_.insert(continuation_.hash(next)).second) open.push_back(std::move(next));
      }
      if (lost_.size() > settings_.states_max) return std::nullopt;
      if (settings_.interrupted && settings_.interrupted()) return std::nullopt;
    }
    return false;
  }

  [[nodiscard]] std::uint64_t states() const { return lost_.size(); }

 private:
  const Continuation& continuation_;
  const NoReturnSettings& settings_;
  /// Worlds that were come to: until one is found right, none of them is. Looked up,
  /// never iterated.
  std::unordered_set<std::uint64_t> lost_;
};

/// The run, gone on with in other ways from one of its steps.
class Samples {
 public:
  virtual ~Samples() = default;
  /// Whether the one of this name breaks the property; nothing where that was not found out.
  virtual std::optional<bool> fails(std::uint64_t step, std::uint64_t name) = 0;
  [[nodiscard]] std::uint64_t decisions() const { return decisions_; }

 protected:
  /// Of all of them.
  std::uint64_t decisions_ = 0;
};

/// Continuations whose order is drawn.
class DrawnOrders final : public Samples {
 public:
  DrawnOrders(const Continuation& continuation, const NoReturnSettings& settings,
              std::uint64_t until)
      : continuation_(continuation), settings_(settings), until_(until) {}

  std::optional<bool> fails(std::uint64_t step, std::uint64_t name) override {
    if (!root_ || root_->world->step() != step) root_ = continuation_.from(step);
    Continued at = continuation_.copy(*root_);
    // Whoever goes on for ever is right.
    const std::uint64_t most = 2 * (until_ - step) + 200;
    for (std::uint64_t i = 0; i < most; ++i) {
      if (continuation_.broken(at, false)) return true;
      const std::vector<Move> moves = continuation_.moves(at);
      if (moves.empty()) return continuation_.broken(at, true);
      const std::uint64_t bits =
          engine::draw(settings_.seed, engine::Domain::walk, engine::mix(name, i));
      continuation_.make(at, moves[engine::below(bits, moves.size())]);
      ++decisions_;
    }
    return continuation_.broken(at, false);
  }

 private:
  const Continuation& continuation_;
  const NoReturnSettings& settings_;
  std::uint64_t until_;
  std::optional<Continued> root_;
};

/// The timed run, with other draws behind the step.
class DrawnRuns final : public Samples {
 public:
  DrawnRuns(const scenarios::Scenario& scenario, const std::string& property,
            const NoReturnSettings& settings)
      : scenario_(scenario), property_(property), settings_(settings) {}

  std::optional<bool> fails(std::uint64_t step, std::uint64_t name) override {
    scenarios::RunSettings other;
    other.watched_steps = 0;
    if (settings_.interrupted) {
      other.limits.stop = [this] {
        return settings_.interrupted() ? std::string("interrupted") : std::string();
      };
    }
    other.redraw = {step, engine::mix(settings_.seed, name)};
    const scenarios::RunResult result = scenarios::run(scenario_, other);
    decisions_ += result.decisions;
    // Who does not come to its end is not judged at it.
    if (result.end != engine::EndReason::finished) return std::nullopt;
    return std::any_of(result.violations.begin(), result.violations.end(),
                       [&](const scenarios::FoundViolation& found) {
                         return found.violation.property == property_;
                       });
  }

 private:
  const scenarios::Scenario& scenario_;
  const std::string& property_;
  const NoReturnSettings& settings_;
};

class Strip {
 public:
  Strip(Samples& samples, const NoReturnSettings& settings, std::uint64_t until)
      : samples_(samples), settings_(settings), until_(until) {}

  /// Cuts all along the run, and then where it becomes lost.
  std::vector<Cut> cut(std::uint64_t first) {
    std::vector<Cut> cuts;
    const std::uint64_t last = until_ - 1;
    const std::uint64_t count = std::min<std::uint64_t>(settings_.cuts, last - first + 1);
    // From the end: where the run is lost is wanted most.
    for (std::uint64_t i = count; i-- > 0 && !spent();) {
      const Cut cut = sample(count == 1 ? last : first + (last - first) * i / (count - 1));
      if (cut.samples != 0) cuts.insert(cuts.begin(), cut);
    }
    while (!spent()) {
      const auto lost = first_lost(cuts);
      if (lost == cuts.begin() || std::prev(lost)->step + 1 >= step_of(lost, cuts)) break;
      const std::uint64_t before = std::prev(lost)->step;
      const Cut cut = sample(before + (step_of(lost, cuts) - before) / 2);
      if (cut.samples == 0) break;
      cuts.insert(lost, cut);
    }
    return cuts;
  }

  /// The first cut behind which no sample was right.
  static std::vector<Cut>::iterator first_lost(std::vector<Cut>& cuts) {
    auto lost = cuts.end();
    while (lost != cuts.begin() && std::prev(lost)->failed == std::prev(lost)->samples) --lost;
    return lost;
  }

 private:
  [[nodiscard]] std::uint64_t step_of(std::vector<Cut>::iterator cut,
                                      const std::vector<Cut>& cuts) const {
    return cut == cuts.end() ? until_ : cut->step;
  }

  [[nodiscard]] bool spent() const {
    return samples_.decisions() >= settings_.decisions_max ||
           (settings_.interrupted && settings_.interrupted());
  }

  Cut sample(std::uint64_t step) {
    Cut cut{step, 0, 0};
    for (std::uint32_t i = 0; i < settings_.samples && !spent(); ++i) {
      const std::optional<bool> fails = samples_.fails(step, engine::mix(step, i));
      if (!fails) continue;
      ++cut.samples;
      if (*fails) ++cut.failed;
    }
    return cut;
  }

  Samples& samples_;
  const NoReturnSettings& settings_;
  std::uint64_t until_;
};

/// What samples say of where it became certain.
void sample(Samples& samples, const NoReturnSettings& settings, std::uint64_t first,
            std::uint64_t until, NoReturn& found) {
  if (settings.cuts == 0 || settings.samples == 0) return;
  found.strip = Strip(samples, settings, until).cut(first);
  if (found.exact || found.strip.empty()) return;
  const auto lost = Strip::first_lost(found.strip);
  found.step = lost == found.strip.end() ? until : lost->step;
}

}  // namespace

NoReturn point_of_no_return(Tape& tape, const engine::Violation& violation,
                            const NoReturnSettings& settings) {
  NoReturn found;
  if (tape.scenario().script.empty() &&
      scenarios::is_judged_at_end(tape.scenario(), violation.property)) {
    DrawnRuns runs(tape.scenario(), violation.property, settings);
    sample(runs, settings, tape.boots(), tape.size(), found);
    return found;
  }
  const std::uint64_t until = shows_at(tape, violation);
  if (until <= tape.boots() || tape.world_at(until).broken()) return found;
  const Continuation continuation(tape, violation, until);
  // Of a script's end, that of a continuation says nothing.
  if (!continuation.broken({tape.copy_at(until), {}}, true)) return found;
  ExactSearch search(continuation, settings);
  std::optional<bool> right = false;
  std::uint64_t step = until;
  while (settings.states_max != 0 && right && !*right && step > tape.boots()) {
    --step;
    right = search.some_is_right(step);
  }
  found.states = search.states();
  found.exact = settings.states_max != 0 && right.has_value();
  // Behind the boots already: it is wrong whatever happens.
  if (found.exact) found.step = *right ? step + 1 : step;
  DrawnOrders orders(continuation, settings, until);
  sample(orders, settings, tape.boots(), until, found);
  return found;
}

}  // namespace stampede::explain

// What a run cost: how long clients waited, in time and in messages, what was sent and saved for
// them, and for how long nobody was answered. A value that is written, read and merged: so workers
// of a sweep hand it over. It is no part of a kept summary. Nobody pays for it who does not ask.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/running/run.hpp"

namespace stampede::scenarios {

/// Values, and how often each came: all of them, so that what is said of them is exact.
using Counts = std::map<std::uint64_t, std::uint64_t>;
std::uint64_t count_of(const Counts& counts);
/// The least value that this share of them does not exceed. REQUIRES: some, and a share of at most
/// all.
std::uint64_t percentile(const Counts& counts, engine::Ppm share);

/// Operations of one sort that were answered.
struct Answered {
  /// From invocation to response in microseconds, begun ones counted whole.
  Counts latency_us{};
  /// How many of the steps that the response waited for, one after the other, were deliveries.
  Counts message_delays{};
};
STAMPEDE_VALUE(Answered, latency_us, message_delays);

struct Load {
  std::uint64_t seeds = 0;
  std::uint64_t invoked = 0;
  /// From the first invocation to the last response, of each run, in microseconds; what follows is
  /// counted up to there, whoever it was for.
  std::uint64_t busy_us = 0;
  std::uint64_t messages = 0;
  /// Of the messages as JSON.
  std::uint64_t bytes = 0;
  /// Saves and disk requests that completed.
  std::uint64_t flushes = 0;
  /// `read`, `change` or, of members, `reconfigure`.
  std::map<std::string, Answered> answered{};
  /// By kind of fault, of each one the longest time in which operations were open and none was
  /// answered, if it began before that ended and did not end before that began, in microseconds. Of
  /// runs without any, and while none was there, under `no fault`, one for each run.
  std::map<std::string, Counts> unavailable_us{};
};
STAMPEDE_VALUE(Load, seeds, invoked, busy_us, messages, bytes, flushes, answered, unavailable_us);

/// Adds `other` to `load`; commutative and associative.
void merge(Load& load, const Load& other);
/// Reads what engine::to_json wrote of one; InputError, at a place in `file`, for anything else.
Load read_load(std::string_view json, const std::string& file);

/// All of them, whatever they asked for.
Answered all_answered(const Load& load);

/// Observes one run of the scenario; keeps 12 bytes a decision.
class LoadTaker final : public engine::WorldObserver {
 public:
  explicit LoadTaker(const Scenario& scenario) : service_(scenario.cluster.service) {
    load_.seeds = 1;
  }
  void event(const engine::Event& event) override;
  /// Of the run up to here.
  [[nodiscard]] Load load() const;

 private:
  /// A decision, and what it waited for.
  struct Made {
    std::uint32_t cause = 0;
    /// The one before it at its node.
    std::uint32_t before = 0;
    bool delivers = false;
    bool copies = false;
  };
  struct Open {
    engine::Time since{};
    NodeId client = no_node;
    std::string sort{};
  };
  struct Fault {
    std::string name{};
    std::string kind{};
    engine::Time begun{};
    std::optional<engine::Time> ended{};
    std::uint64_t longest_us = 0;
  };

  void decided(const engine::Event& event);
  void invoked(const engine::Event& event);
  void responded(const engine::Event& event);
  void fault_ended(const engine::Event& event);
  /// What this client waits for stays open for ever.
  void abandon(NodeId client);
  /// Nobody was answered up to now.
  void note_silence(engine::Time now, std::vector<Fault>& faults,
                    std::uint64_t& longest_without) const;
  [[nodiscard]] std::uint64_t message_delays(std::uint64_t from, std::uint64_t to) const;

  const engine::ServiceType* service_;
  Load load_;
  /// By number of the step; the first is that of no step.
  std::vector<Made> made_{Made{}};
  std::map<NodeId, std::uint32_t> last_at_;
  /// By step of the invocation.
  std::map<std::uint64_t, Open> open_;
  std::map<NodeId, ClientId> identity_;
  /// What the decision that is told of asks for.
  std::string sort_;
  std::uint64_t messages_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t flushes_ = 0;
  std::optional<engine::Time> first_invoked_;
  engine::Time silent_since_{};
  engine::Time now_{};
  /// Those that may still be why nobody is answered.
  std::vector<Fault> faults_;
  std::uint64_t longest_without_us_ = 0;
};

/// What a run cost that was done: it is done again, within `limits`. Nothing if they ended it
/// before it came as far.
std::optional<Load> load_of(const Scenario& scenario, const RunResult& done, bool stop_on_first,
                            const checkers::Limits& limits = {});

}  // namespace stampede::scenarios

// The simulated network: directed links with latency, loss, duplication, order and cuts. Every draw
// is keyed by the name of the message it is for. Loss and cuts are decided at delivery, so copies
// are lost independently and messages in flight die in a partition; holding keeps messages and
// releases them in the order in which they were due.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/random.hpp"
#include "engine/world/world.hpp"

namespace stampede::engine {

struct Latency {
  enum class Kind { constant, uniform, exponential, bimodal };
  Kind kind = Kind::constant;
  /// constant: the value; uniform: the least; exponential: the floor; bimodal: the usual.
  Duration low = milliseconds(1);
  /// uniform: the most; exponential: the mean above the floor; bimodal: the rare long one.
  Duration high = milliseconds(1);
  /// bimodal: how often the rare one.
  Ppm rare{};

  [[nodiscard]] Duration sample(std::uint64_t bits) const {
    switch (kind) {
      case Kind::constant:
        return low;
      case Kind::uniform:
        return uniform(bits, low, high);
      case Kind::exponential:
        return low + exponential(bits, high);
      case Kind::bimodal:
        return happens(bits, rare) ? high : low;
    }
    return low;
  }
};

struct NetworkSettings {
  Latency latency{Latency::Kind::exponential, microseconds(200), milliseconds(1), {}};
  /// Links from and to clients; absent = as the others.
  std::optional<Latency> client_latency;
  Ppm loss{};
  Ppm duplicate{};
  Ppm corrupt{};
  /// Messages of one link arrive in the order sent, except for this share.
  bool fifo = false;
  Ppm reorder{};
  /// Messages in flight per link beyond which a new one is lost; 0 = no limit.
  std::uint32_t queue_limit = 0;
  /// Zone of each node (empty = one zone) and what a hop between zones adds.
  std::vector<std::uint32_t> zones;
  std::vector<std::vector<Duration>> zone_latency;
};

/// Messages that a rule is about: empty fields match everything.
struct MessageFilter {
  std::string type;
  std::vector<NodeId> from;
  std::vector<NodeId> to;
  [[nodiscard]] bool matches(const InFlight& message) const;
};

/// A temporary change of the network, made by a fault; the most recent matching rule of each effect
/// wins.
struct NetworkRule {
  MessageFilter filter;
  /// Lost with this rate, at delivery.
  std::optional<Ppm> loss;
  std::optional<Ppm> duplicate;
  std::optional<Ppm> corrupt;
  /// Added to the latency, at send.
  std::optional<Latency> delay;
  /// Kept until the rule ends.
  bool hold = false;
  /// Why messages are lost, for traces.
  std::string cause = "loss";
};

class Network {
 public:
  Network(const NetworkSettings& settings, std::uint64_t seed, std::size_t nodes,
          std::vector<bool> is_client);

  /// When the message, sent now, arrives.
  [[nodiscard, gnu::always_inline]] Time arrival(const InFlight& message, Time now) {
    if (!uniform_links_) return arrival_over_link(message, now);
    return now + settings_.latency.sample(draw(seed_, Domain::latency, message.name_key));
  }
  [[nodiscard]] bool duplicates(const InFlight& message) const;
  /// Why the message does not arrive, or nullptr. Decided at delivery.
  [[nodiscard]] const char* lost(const InFlight& message) const;
  [[nodiscard]] bool corrupted(const InFlight& message) const;
  [[nodiscard]] bool held(const InFlight& message) const;
  /// False if the link already carries as many messages as it can.
  [[nodiscard]] bool accepts(const InFlight& message);
  void left(const InFlight& message);

  /// Nothing but latency is going on: no rule, no cut, no rate, no limit. All the questions above
  /// but arrival() have their plain answers then.
  [[nodiscard]] bool quiet() const { return quiet_; }

  /// Cuts and heals are counted: overlapping partitions add up.
  void cut(NodeId from, NodeId to);
  void heal(NodeId from, NodeId to);
  [[nodiscard]] bool is_cut(NodeId from, NodeId to) const { return cuts_[link(from, to)] != 0; }
  using RuleId = std::uint32_t;
  RuleId add_rule(NetworkRule rule);
  void remove_rule(RuleId id);
  /// What is drawn from here on, is drawn under this seed.
  void redraw(std::uint64_t seed) { seed_ = seed; }

 private:
  [[nodiscard]] std::size_t link(NodeId from, NodeId to) const {
    return from.value * nodes_ + to.value;
  }
  [[nodiscard]] Time arrival_over_link(const InFlight& message, Time now);
  [[nodiscard]] const NetworkRule* rule(const InFlight& message,
                                        bool (*wanted)(const NetworkRule&)) const;

  NetworkSettings settings_;
  std::uint64_t seed_;
  std::size_t nodes_;
  std::vector<bool> is_client_;
  std::vector<std::uint32_t> cuts_;
  std::vector<std::pair<RuleId, NetworkRule>> rules_;
  RuleId next_rule_ = 1;
  std::vector<Time> last_arrival_;
  std::vector<std::uint32_t> queued_;
  bool quiet_ = true;
  /// All links have the same latency, and messages may overtake each other.
  bool uniform_links_ = true;
  void update_shortcuts();
  std::uint32_t cut_count_ = 0;
};

}  // namespace stampede::engine

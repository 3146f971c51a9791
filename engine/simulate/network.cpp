#include "engine/simulate/network.hpp"

#include <algorithm>

namespace stampede::engine {

bool MessageFilter::matches(const InFlight& message) const {
  const auto listed = [](const std::vector<NodeId>& nodes, NodeId node) {
    return nodes.empty() || std::find(nodes.begin(), nodes.end(), node) != nodes.end();
  };
  return (type.empty() || message.type->name == type) && listed(from, message.from) &&
         listed(to, message.to);
}

Network::Network(const NetworkSettings& settings, std::uint64_t seed, std::size_t nodes,
                 std::vector<bool> is_client)
    : settings_(settings),
      seed_(seed),
      nodes_(nodes),
      is_client_(std::move(is_client)),
      cuts_(nodes * nodes, 0),
      last_arrival_(settings.fifo ? nodes * nodes : 0),
      queued_(settings.queue_limit > 0 ? nodes * nodes : 0) {
  update_shortcuts();
}

void Network::update_shortcuts() {
  quiet_ = rules_.empty() && cut_count_ == 0 && settings_.loss.value == 0 &&
           settings_.duplicate.value == 0 && settings_.corrupt.value == 0 &&
           settings_.queue_limit == 0;
  uniform_links_ =
      rules_.empty() && !settings_.client_latency && settings_.zones.empty() && !settings_.fifo;
}

const NetworkRule* Network::rule(const InFlight& message,
                                 bool (*wanted)(const NetworkRule&)) const {
  for (auto place = rules_.rbegin(); place != rules_.rend(); ++place) {
    if (wanted(place->second) && place->second.filter.matches(message)) return &place->second;
  }
  return nullptr;
}

Time Network::arrival_over_link(const InFlight& message, Time now) {
  const std::uint64_t key = message.name_key;
  const bool by_client_latency =
      settings_.client_latency && (is_client_[message.from.value] || is_client_[message.to.value]);
  const Latency& latency = by_client_latency ? *settings_.client_latency : settings_.latency;
  Time time = now + latency.sample(draw(seed_, Domain::latency, key));
  if (!settings_.zones.empty()) {
    time = time + settings_.zone_latency[settings_.zones[message.from.value]]
                                        [settings_.zones[message.to.value]];
  }
  if (!rules_.empty()) {
    if (const NetworkRule* slow =
            rule(message, [](const NetworkRule& one) { return one.delay.has_value(); })) {
      time = time + slow->delay->sample(draw(seed_, Domain::latency, ~key));
    }
  }
  if (settings_.fifo && !happens(draw(seed_, Domain::reorder, key), settings_.reorder)) {
    Time& last = last_arrival_[link(message.from, message.to)];
    time = std::max(time, last);
    last = time;
  }
  return time;
}

bool Network::duplicates(const InFlight& message) const {
  if (quiet_) return false;
  Ppm rate = settings_.duplicate;
  if (const NetworkRule* found =
          rule(message, [](const NetworkRule& one) { return one.duplicate.has_value(); })) {
    rate = *found->duplicate;
  }
  // Copies are not copied again: every message has at most one.
  return rate.value != 0 && message.copy == 0 &&
         happens(draw(seed_, Domain::duplicate, message.name_key), rate);
}

const char* Network::lost(const InFlight& message) const {
  if (quiet_) return nullptr;
  if (is_cut(message.from, message.to)) return "partition";
  Ppm rate = settings_.loss;
  const char* cause = "loss";
  if (const NetworkRule* found =
          rule(message, [](const NetworkRule& one) { return one.loss.has_value(); })) {
    rate = *found->loss;
    cause = found->cause.c_str();
  }
  return rate.value != 0 && happens(draw(seed_, Domain::loss, message.name_key), rate) ? cause
                                                                                       : nullptr;
}

bool Network::corrupted(const InFlight& message) const {
  if (quiet_) return false;
  Ppm rate = settings_.corrupt;
  if (const NetworkRule* found =
          rule(message, [](const NetworkRule& one) { return one.corrupt.has_value(); })) {
    rate = *found->corrupt;
  }
  return rate.value != 0 && happens(draw(seed_, Domain::corrupt, message.name_key), rate);
}

bool Network::held(const InFlight& message) const {
  if (rules_.empty()) return false;
  return rule(message, [](const NetworkRule& one) { return one.hold; }) != nullptr;
}

bool Network::accepts(const InFlight& message) {
  if (settings_.queue_limit == 0) return true;
  std::uint32_t& queued = queued_[link(message.from, message.to)];
  if (queued >= settings_.queue_limit) return false;
  ++queued;
  return true;
}

void Network::left(const InFlight& message) {
  if (settings_.queue_limit == 0) return;
  std::uint32_t& queued = queued_[link(message.from, message.to)];
  if (queued > 0) --queued;
}

void Network::cut(NodeId from, NodeId to) {
  if (from == to) return;
  if (cuts_[link(from, to)]++ == 0) ++cut_count_;
  update_shortcuts();
}

void Network::heal(NodeId from, NodeId to) {
  if (from == to || cuts_[link(from, to)] == 0) return;
  if (--cuts_[link(from, to)] == 0) --cut_count_;
  update_shortcuts();
}

Network::RuleId Network::add_rule(NetworkRule rule) {
  rules_.emplace_back(next_rule_, std::move(rule));
  update_shortcuts();
  return next_rule_++;
}

void Network::remove_rule(RuleId id) {
  std::erase_if(rules_, [&](const auto& entry) { return entry.first == id; });
  update_shortcuts();
}

}  // namespace stampede::engine

#include "models/chain/chains.hpp"

#include <algorithm>

namespace stampede::models::chain {

bool Chains::apply(const Command& command) {
  return std::visit([&](const auto& what) { return apply(what); }, command.what);
}

bool Chains::apply(const Joined& joined_now) {
  std::uint64_t& newest = joined[joined_now.link.node];
  if (joined_now.link.incarnation <= newest) return false;
  newest = joined_now.link.incarnation;
  return true;
}

bool Chains::apply(const Changed& changed) {
  if (!fits(changed.chain)) return false;
  chain = changed.chain;
  return true;
}

// The order of those who stay never changes.
bool Chains::fits(const Chain& next) const {
  if (next.epoch != chain.epoch + 1 || next.links.empty()) return false;
  for (const Link& link : next.links) {
    if (!alive(link)) return false;
  }
  if (chain.joining && next.links == with_joined().links) return true;
  auto place = chain.links.begin();
  for (const Link& link : next.links) {
    place = std::find(place, chain.links.end(), link);
    if (place == chain.links.end()) return false;
    ++place;
  }
  return true;
}

bool Chains::alive(const Link& link) const {
  const std::uint64_t* newest = joined.find(link.node);
  return newest != nullptr && *newest == link.incarnation;
}

bool Chains::usable(const Link& link, const Detector& detector) const {
  return alive(link) && !detector.suspects(link.node);
}

std::optional<Link> Chains::candidate(const Chain& among, const Detector& detector) const {
  for (const auto& [node, incarnation] : joined) {
    const Link link{node, incarnation};
    if (!among.has(node) && usable(link, detector)) return link;
  }
  return std::nullopt;
}

std::optional<Chain> Chains::next(const Detector& detector, std::size_t length) const {
  Chain next{chain.epoch + 1, {}, chain.joining};
  for (const Link& link : chain.links) {
    if (usable(link, detector)) next.links.push_back(link);
  }
  if (next.links.empty()) return std::nullopt;  // it waits for somebody to come back
  if (next.joining && !usable(*next.joining, detector)) next.joining.reset();
  if (!next.joining && next.links.size() < length) next.joining = candidate(next, detector);
  if (next.links == chain.links && next.joining == chain.joining) return std::nullopt;
  return next;
}

Chain Chains::with_joined() const {
  ASSERT(chain.joining);
  Chain next{chain.epoch + 1, chain.links, std::nullopt};
  next.links.push_back(*chain.joining);
  return next;
}

void Chains::announce(Context& context) const {
  for (const NodeId replica : context.members("replica")) context.send(replica, NewChain{chain});
}

}  // namespace stampede::models::chain

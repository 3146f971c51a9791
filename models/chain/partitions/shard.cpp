#include "models/chain/partitions/shard.hpp"

#include <utility>

#include "engine/core/hash.hpp"

namespace stampede::models::chain::partitions {

RangeNumber range_of(const engine::ServiceType& service, const Operation& operation,
                     std::size_t ranges) {
  if (service.key == nullptr) return 0;
  return static_cast<RangeNumber>(engine::hash_bytes(service.key(operation)) % ranges);
}

bool Table::apply(const Table& next) {
  if (next.epoch != epoch + 1) return false;
  *this = next;
  return true;
}

ShardResult Shard::apply(const ShardOperation& operation) {
  return std::visit([&](const auto& what) { return apply(what); }, operation.what);
}

// The head appends no request for a range that the chain does not hold then.
ShardResult Shard::apply(const Perform& perform) {
  Range& range = held.at(perform.range);
  const Request& request = perform.request;
  Session& session = range.sessions[request.id.client];
  // A copy that comes late: its client has had the answer.
  if (request.request_number < session.oldest) return {NotMine{}};
  const auto known = session.answers.find(request.request_number);
  if (known != session.answers.end()) return known->second.result.as<ShardResult>();
  const ShardResult result{Done{range.content.apply(request.operation), range.chain}};
  session.answered(request, engine::Payload::of(result));
  return result;
}

ShardResult Shard::apply(const Read& read) {
  const auto place = held.find(read.range);
  if (place == held.end()) return {NotMine{}};
  return {Done{place->second.content.apply(read.operation), place->second.chain}};
}

ShardResult Shard::apply(const Release& release) {
  const auto place = held.find(release.range);
  if (place == held.end()) return {};
  Range range = std::move(place->second);
  held.erase(place);
  range.epoch = seen[release.range] = release.epoch;
  range.chain = release.to;
  released[release.range] = std::move(range);
  return {};
}

ShardResult Shard::apply(const Adopt& adopt) {
  seen[adopt.number] = adopt.range.epoch;
  held[adopt.number] = adopt.range;
  return {};
}

ShardResult Shard::apply(const Forget& forget) {
  const auto place = released.find(forget.range);
  if (place != released.end() && place->second.epoch == forget.epoch) released.erase(place);
  return {};
}

const Shard& shard_of(const Replica& replica) {
  return *static_cast<const Shard*>(replica.service.content());
}

Standing standing_in(const Shard& shard, RangeNumber range) {
  Standing standing{shard.held.count(range) == 1, std::nullopt, 0};
  if (const auto left = shard.released.find(range); left != shard.released.end())
    standing.released = left->second.epoch;
  if (const auto seen = shard.seen.find(range); seen != shard.seen.end())
    standing.seen = seen->second;
  return standing;
}

Standing standing_of(const Replica& replica, RangeNumber range) {
  Standing standing = standing_in(shard_of(replica), range);
  for (Sequence next = replica.stable.executed + 1; next <= replica.stable.log.size(); ++next) {
    const auto& what = replica.stable.log.at(next).operation.as<ShardOperation>().what;
    if (const auto* release = std::get_if<Release>(&what); release && release->range == range)
      standing = {false, release->epoch, release->epoch};
    if (const auto* adopt = std::get_if<Adopt>(&what); adopt && adopt->number == range)
      standing = {true, standing.released, adopt->range.epoch};
    if (const auto* forget = std::get_if<Forget>(&what);
        forget && forget->range == range && standing.released == forget->epoch)
      standing.released.reset();
  }
  return standing;
}

}  // namespace stampede::models::chain::partitions

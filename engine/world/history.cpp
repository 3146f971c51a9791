#include "engine/world/history.hpp"

namespace stampede::engine {

void History::invoke(OperationId id, Operation operation, std::uint64_t step, Time time) {
  ASSERT(find(id) == nullptr);
  if (index_.size() <= id.client.value) index_.resize(id.client.value + 1);
  auto& of_client = index_[id.client.value];
  if (of_client.size() <= id.number) of_client.resize(id.number + 1);
  HistoryOperation& entry = operations_.emplace_back();
  of_client[id.number] = static_cast<std::uint32_t>(operations_.size());
  entry.id = id;
  entry.operation = std::move(operation);
  entry.invoked_at = events_++;
  entry.invoked_step = step;
  entry.invoked_time = time;
}

void History::respond(OperationId id, Result result, std::uint64_t step, Time time) {
  ASSERT(find(id) != nullptr);
  HistoryOperation& entry = operations_[index_[id.client.value][id.number] - 1];
  ASSERT(entry.is_open());
  entry.result = std::move(result);
  entry.responded_at = events_++;
  entry.responded_step = step;
  entry.responded_time = time;
  ++completed_;
}

const HistoryOperation* History::find_among(OperationId id) const {
  if (id.client.value >= index_.size() || id.number >= index_[id.client.value].size())
    return nullptr;
  const std::uint32_t position = index_[id.client.value][id.number];
  return position == 0 ? nullptr : &operations_[position - 1];
}

}  // namespace stampede::engine

#include "checkers/consistency/accesses.hpp"

#include <map>

#include "checkers/open_shape.hpp"
#include "checkers/value_pool.hpp"

namespace stampede::checkers {

using engine::HistoryOperation;
using engine::Shape;

Accesses collect_accesses(const engine::History& history, const engine::ServiceType& type,
                          Patience& patience) {
  Accesses accesses;
  if (type.shape == nullptr) {
    accesses.refusal = "the service has no shapes";
    return accesses;
  }
  ValuePool keys;
  ValuePool values;  // each of one key
  std::map<std::uint32_t, std::uint32_t> sessions;
  std::vector<std::uint32_t> writers;  // by value
  std::vector<std::uint32_t> seen;     // by access: the value of a read
  std::vector<std::uint32_t> initial;  // by key: the value, if somebody reads the key
  std::vector<KeptShape> first_reads;  // what initial values may refer to
  for (std::size_t position = 0; position < history.operations().size(); ++position) {
    patience.spend(8);
    const HistoryOperation& operation = history.operations()[position];
    const auto [result, shape] = shape_of(type, operation);
    if (operation.is_open() && shape.kind == Shape::Kind::read) continue;
    if (shape.kind != Shape::Kind::read && shape.kind != Shape::Kind::write) {
      accesses.refusal =
          "this model judges reads and writes only, not " + operation.operation.to_json();
      return accesses;
    }
    Access access;
    access.position = position;
    const std::string_view key = type.key == nullptr ? "" : type.key(operation.operation);
    access.key = keys.intern(key);
    if (access.key == accesses.keys.size()) {
      accesses.keys.emplace_back(key);
      accesses.writes.emplace_back();
      initial.push_back(Access::none);
    }
    const std::uint32_t client = operation.id.client.value;
    access.session =
        sessions.emplace(client, static_cast<std::uint32_t>(sessions.size())).first->second;
    accesses.sessions.resize(sessions.size());
    access.index = static_cast<std::uint32_t>(accesses.sessions[access.session].size());
    access.is_write = shape.kind == Shape::Kind::write;
    if (!access.is_write && initial[access.key] == Access::none) {
      first_reads.push_back(open_shape(type, operation.operation));
      initial[access.key] = values.intern(first_reads.back().shape.reads, access.key);
    }
    const std::uint32_t value =
        values.intern(access.is_write ? shape.writes : shape.reads, access.key);
    writers.resize(values.size(), Access::none);
    const auto number = static_cast<std::uint32_t>(accesses.all.size());
    if (access.is_write) {
      if (writers[value] != Access::none) {
        accesses.refusal = "two operations write the same value to one key";
        return accesses;
      }
      writers[value] = number;
      accesses.writes[access.key].push_back(number);
    }
    seen.push_back(value);
    accesses.sessions[access.session].push_back(number);
    accesses.all.push_back(access);
  }
  for (const std::uint32_t value : initial) {
    if (value != Access::none && writers[value] != Access::none) {
      accesses.refusal = "an operation writes the initial value";
      return accesses;
    }
  }
  for (std::uint32_t number = 0; number < accesses.all.size(); ++number) {
    patience.spend(4);
    Access& access = accesses.all[number];
    if (access.is_write) continue;
    access.source = writers[seen[number]];
    if (seen[number] == initial[access.key]) access.source = Access::initially;
  }
  return accesses;
}

}  // namespace stampede::checkers

#include "checkers/consistency/accesses.hpp"

#include <map>

#include "checkers/open_shape.hpp"

namespace stampede::checkers {

using engine::HistoryOperation;
using engine::Shape;

Accesses collect_accesses(const engine::History& history, const engine::ServiceType& type) {
  Accesses accesses;
  std::map<std::string, std::uint32_t> keys;
  std::map<std::uint32_t, std::uint32_t> sessions;
  std::map<std::pair<std::uint32_t, std::string>, std::uint32_t> writers;
  std::map<std::uint32_t, std::string> initial;
  std::vector<std::string> seen;
  if (type.shape == nullptr) {
    accesses.refusal = "the service has no shapes";
    return accesses;
  }
  for (std::size_t position = 0; position < history.operations().size(); ++position) {
    const HistoryOperation& operation = history.operations()[position];
    const Shape shape = operation.is_open() ? open_shape(type, operation.operation)
                                            : type.shape(operation.operation, operation.result);
    if (operation.is_open() && shape.kind == Shape::Kind::read) continue;
    if (shape.kind != Shape::Kind::read && shape.kind != Shape::Kind::write) {
      accesses.refusal =
          "this model judges reads and writes only, not " + operation.operation.to_json();
      return accesses;
    }
    Access access;
    access.position = position;
    const std::string key = type.key == nullptr ? "" : type.key(operation.operation);
    const auto [known, is_new] = keys.emplace(key, static_cast<std::uint32_t>(keys.size()));
    access.key = known->second;
    if (is_new) accesses.keys.push_back(key);
    const std::uint32_t client = operation.id.client.value;
    access.session =
        sessions.emplace(client, static_cast<std::uint32_t>(sessions.size())).first->second;
    accesses.sessions.resize(sessions.size());
    accesses.writes.resize(keys.size());
    access.index = static_cast<std::uint32_t>(accesses.sessions[access.session].size());
    access.is_write = shape.kind == Shape::Kind::write;
    const auto number = static_cast<std::uint32_t>(accesses.all.size());
    if (access.is_write) {
      const bool fresh = writers.emplace(std::pair{access.key, shape.writes}, number).second;
      if (!fresh) {
        accesses.refusal = "two operations write the same value to one key";
        return accesses;
      }
      accesses.writes[access.key].push_back(number);
      seen.push_back({});
    } else {
      initial.emplace(access.key, open_shape(type, operation.operation).reads);
      seen.push_back(shape.reads);
    }
    accesses.sessions[access.session].push_back(number);
    accesses.all.push_back(access);
  }
  for (const auto& [key, text] : initial) {
    if (writers.count({key, text}) == 1) {
      accesses.refusal = "an operation writes the initial value";
      return accesses;
    }
  }
  for (std::uint32_t number = 0; number < accesses.all.size(); ++number) {
    Access& access = accesses.all[number];
    if (access.is_write) continue;
    const auto found = writers.find({access.key, seen[number]});
    if (found != writers.end()) {
      access.source = found->second;
    } else if (initial.at(access.key) == seen[number]) {
      access.source = Access::initially;
    }
  }
  return accesses;
}

}  // namespace stampede::checkers

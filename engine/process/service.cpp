#include "engine/process/service.hpp"

namespace stampede::engine {

std::uint64_t ServiceState::digest() const {
  // Through JSON: every state can be written, and digests are rare.
  JsonWriter writer;
  type_->state->write(writer, content());
  return hash_bytes(writer.str());
}

Specification::Specification(const ServiceType& type) : type_(&type) {
  states_.intern(type.initial);
}

std::uint32_t Specification::Pool::intern(const Payload& value) {
  const auto [place, fresh] = ids.try_emplace(value, static_cast<std::uint32_t>(values.size()));
  if (fresh) values.push_back(value);
  return place->second;
}

std::uint32_t Specification::intern_operation(const Operation& operation) {
  return operations_.intern(operation);
}

std::uint32_t Specification::intern_result(const Result& result) { return results_.intern(result); }

Specification::Transition Specification::apply(std::uint32_t state, std::uint32_t operation) {
  const std::uint64_t key = (static_cast<std::uint64_t>(state) << 32) | operation;
  const auto found = transitions_.find(key);
  if (found != transitions_.end()) return found->second;
  const auto [next, result] = type_->apply(states_.values[state], operations_.values[operation]);
  const Transition transition{states_.intern(next), results_.intern(result)};
  transitions_.emplace(key, transition);
  return transition;
}

std::string_view Specification::key(const Operation& operation) const {
  return type_->key == nullptr ? std::string_view() : type_->key(operation);
}

bool Specification::is_pure(std::uint32_t operation, std::uint32_t result) const {
  return type_->is_pure != nullptr &&
         type_->is_pure(operations_.values[operation], results_.values[result]);
}

}  // namespace stampede::engine

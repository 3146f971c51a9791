// What an operation would do if it took effect: the shape of an operation whose result nobody saw.
#pragma once

#include "engine/process/service.hpp"

namespace stampede::checkers {

/// The shape of `operation` with the result it has in the initial state. Its kind tells reads from
/// writes; where a cas fails there, `failed_cas` still says what it expects and writes. `other` if
/// the service has no shapes.
inline engine::Shape open_shape(const engine::ServiceType& type,
                                const engine::Operation& operation) {
  if (type.shape == nullptr) return {};
  return type.shape(operation, type.apply(type.initial, operation).second);
}

/// True if `shape` is that of an operation that never changes anything, whatever the state.
inline bool only_reads(const engine::Shape& shape) {
  using Kind = engine::Shape::Kind;
  return shape.kind == Kind::read || shape.kind == Kind::read_list || shape.kind == Kind::read_lock;
}

}  // namespace stampede::checkers

// What operations did by their results, and what those would do whose results nobody saw.
#pragma once

#include "engine/world/history.hpp"

namespace stampede::checkers {

/// A shape, and the result it refers to where that is not in the history.
struct KeptShape {
  engine::Result result;
  engine::Shape shape;
};

/// The shape of `operation` with the result it has in the initial state. Its kind tells reads from
/// writes; where a cas fails there, `failed_cas` still says what it expects and writes. `other` if
/// the service has no shapes.
inline KeptShape open_shape(const engine::ServiceType& type, const engine::Operation& operation) {
  if (type.shape == nullptr) return {};
  KeptShape open{type.apply(type.initial, operation).second, {}};
  open.shape = type.shape(operation, open.result);
  return open;
}

/// The shape of an operation of a history, which must outlive it; what it returned does not count
/// if it is `open`.
inline KeptShape shape_of(const engine::ServiceType& type, const engine::HistoryOperation& seen,
                          bool open) {
  if (open) return open_shape(type, seen.operation);
  return {{}, type.shape == nullptr ? engine::Shape() : type.shape(seen.operation, seen.result)};
}
inline KeptShape shape_of(const engine::ServiceType& type, const engine::HistoryOperation& seen) {
  return shape_of(type, seen, seen.is_open());
}

/// True if `shape` is that of an operation that never changes anything, whatever the state.
inline bool only_reads(const engine::Shape& shape) {
  using Kind = engine::Shape::Kind;
  return shape.kind == Kind::read || shape.kind == Kind::read_list || shape.kind == Kind::read_lock;
}
inline bool only_reads(const KeptShape& kept) { return only_reads(kept.shape); }

}  // namespace stampede::checkers

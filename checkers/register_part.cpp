#include "checkers/register_part.hpp"

#include <algorithm>

#include "checkers/open_shape.hpp"
#include "checkers/text_pool.hpp"

namespace stampede::checkers {
namespace {

using engine::Shape;
using Kind = RegisterOperation::Kind;

/// The shape as a register operation; false if registers have no such operation.
bool translate(const Shape& shape, TextPool& values, RegisterOperation& operation) {
  switch (shape.kind) {
    case Shape::Kind::read:
      operation.kind = Kind::read;
      operation.reads = values.intern(shape.reads);
      return true;
    case Shape::Kind::write:
      operation.kind = Kind::write;
      operation.writes = values.intern(shape.writes);
      return true;
    case Shape::Kind::cas:
    case Shape::Kind::failed_cas:
      // An open cas is one that may yet succeed, wherever it was tried.
      operation.kind =
          shape.kind == Shape::Kind::cas || operation.open ? Kind::cas : Kind::failed_cas;
      operation.reads = values.intern(shape.reads);
      if (operation.kind == Kind::cas) operation.writes = values.intern(shape.writes);
      return true;
    default:
      return false;
  }
}

/// The initial value, found by asking the service: any read tells it, a cas that succeeds does too.
/// If neither occurs, no operation of the part can tell it from a value that never occurs.
std::uint32_t initial_value(const engine::History& history, const engine::ServiceType& type,
                            const Part& part, const std::vector<RegisterOperation>& operations,
                            TextPool& values) {
  for (std::size_t index = 0; index < operations.size(); ++index) {
    if (operations[index].kind == Kind::write) continue;
    const Shape shape =
        open_shape(type, history.operations()[part.operations[index].position].operation);
    if (shape.kind == Shape::Kind::read || shape.kind == Shape::Kind::cas) {
      return values.intern(shape.reads);
    }
  }
  return static_cast<std::uint32_t>(values.size());
}

/// Operations and results are spread over memory: fetched early, their latencies overlap.
constexpr std::size_t prefetch_distance = 8;
void prefetch(const engine::History& history, const Part& part, std::size_t index) {
  if (index + prefetch_distance >= part.operations.size()) return;
  const engine::HistoryOperation* operations = history.operations().data();
  __builtin_prefetch(operations + part.operations[index + prefetch_distance].position);
  const engine::HistoryOperation& next = operations[part.operations[index].position];
  __builtin_prefetch(next.operation.content());
  __builtin_prefetch(static_cast<const char*>(next.operation.content()) + 64);
  if (next.result) __builtin_prefetch(next.result.content());
}

}  // namespace

std::optional<RegisterPart> make_register_part(const engine::History& history,
                                               const engine::ServiceType& type, const Part& part) {
  if (type.shape == nullptr) return std::nullopt;
  RegisterPart result;
  TextPool values;
  result.operations.reserve(part.operations.size());
  for (std::size_t index = 0; index < part.operations.size(); ++index) {
    const PartOperation& entry = part.operations[index];
    prefetch(history, part, index + prefetch_distance);
    const engine::HistoryOperation& seen = history.operations()[entry.position];
    RegisterOperation& operation = result.operations.emplace_back();
    operation.open = entry.is_open();
    const Shape shape =
        operation.open ? open_shape(type, seen.operation) : type.shape(seen.operation, seen.result);
    if (!translate(shape, values, operation)) return std::nullopt;
  }
  result.initial = initial_value(history, type, part, result.operations, values);
  result.value_count = std::max(static_cast<std::uint32_t>(values.size()), result.initial + 1);
  return result;
}

}  // namespace stampede::checkers

#include "checkers/linearizability/specialists/register_part.hpp"

#include <algorithm>

namespace stampede::checkers {
namespace {

using engine::Shape;
using Kind = RegisterOperation::Kind;

/// What the shape is to a register; nothing if registers have no such operation.
std::optional<Kind> kind_of(const Shape& shape, bool open) {
  switch (shape.kind) {
    case Shape::Kind::read:
      return Kind::read;
    case Shape::Kind::write:
      return Kind::write;
    case Shape::Kind::cas:
      return Kind::cas;
    case Shape::Kind::failed_cas:
      // An open cas is one that may yet succeed, wherever it was tried.
      return open ? Kind::cas : Kind::failed_cas;
    default:
      return std::nullopt;
  }
}

}  // namespace

RegisterParts::RegisterParts(const engine::ServiceType& type, std::size_t expected)
    : type_(&type), values_(expected / 2) {}

void RegisterParts::add(std::uint32_t part, const engine::HistoryOperation& seen, bool open) {
  Building& building = building_of(part);
  if (!building.fits) return;
  const KeptShape kept = shape_of(*type_, seen, open);
  const std::optional<Kind> kind = kind_of(kept.shape, open);
  building.fits = kind.has_value();
  if (!building.fits) return;
  if (*kind != Kind::write && building.part.initial == RegisterOperation::no_value) {
    find_initial(part, seen);
  }
  Waiting& waiting = waiting_[waiting_count_];
  waiting.part = part;
  waiting.operation = {*kind, open};
  if (*kind != Kind::write && !waiting.is_open_read()) {
    waiting.reads = ValuePool::probe(kept.shape.reads, part);
    values_.prefetch(waiting.reads);
  }
  if (*kind == Kind::write || *kind == Kind::cas) {
    waiting.writes = ValuePool::probe(kept.shape.writes, part);
    values_.prefetch(waiting.writes);
  }
  if (++waiting_count_ == waiting_.size()) settle();
}

/// By asking the service: any read tells it, a cas that succeeds does too. If neither occurs, no
/// operation of the part can tell it from a value that never occurs.
void RegisterParts::find_initial(std::uint32_t part, const engine::HistoryOperation& seen) {
  KeptShape first = open_shape(*type_, seen.operation);
  if (first.shape.kind != Shape::Kind::read && first.shape.kind != Shape::Kind::cas) return;
  parts_[part].part.initial = number_of(ValuePool::probe(first.shape.reads, part));
  first_reads_.push_back(std::move(first));
}

std::uint32_t RegisterParts::number_of(const ValuePool::Probe& value) {
  const std::uint32_t number = values_.intern(value);
  if (number == number_in_part_.size()) {
    number_in_part_.push_back(parts_[value.owner].part.value_count++);
  }
  return number_in_part_[number];
}

void RegisterParts::settle() {
  for (std::size_t index = 0; index < waiting_count_; ++index) {
    Waiting& waiting = waiting_[index];
    RegisterOperation& operation = waiting.operation;
    RegisterPart& part = parts_[waiting.part].part;
    if (waiting.is_open_read()) {
      operation.reads = part.initial;  // nobody saw it: any value does
    } else if (operation.kind != Kind::write) {
      operation.reads = number_of(waiting.reads);
    }
    if (operation.kind == Kind::write || operation.kind == Kind::cas) {
      operation.writes = number_of(waiting.writes);
    }
    part.operations.push_back(operation);
  }
  waiting_count_ = 0;
}

RegisterParts::Building& RegisterParts::building_of(std::uint32_t part) {
  if (part >= parts_.size()) parts_.resize(part + std::size_t{1});
  return parts_[part];
}

std::optional<RegisterPart> RegisterParts::take(std::uint32_t part) {
  settle();
  Building& building = building_of(part);
  if (!building.fits) return std::nullopt;
  RegisterPart taken = std::move(building.part);
  if (taken.initial == RegisterOperation::no_value) taken.initial = taken.value_count++;
  return taken;
}

std::optional<RegisterPart> make_register_part(const engine::History& history,
                                               const engine::ServiceType& type, const Part& part) {
  RegisterParts parts(type, part.operations.size());
  const engine::HistoryOperation* operations = history.operations().data();
  const std::size_t count = part.operations.size();
  constexpr std::size_t distance = 8;
  for (std::size_t index = 0; index < count; ++index) {
    if (index + 2 * distance < count) {
      __builtin_prefetch(operations + part.operations[index + 2 * distance].position);
      prefetch(operations[part.operations[index + distance].position]);
    }
    const PartOperation& entry = part.operations[index];
    parts.add(0, operations[entry.position], entry.is_open());
  }
  return parts.take(0);
}

}  // namespace stampede::checkers

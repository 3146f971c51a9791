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
  if (open) {
    add(part, seen.operation, open_shape(*type_, seen.operation).shape, true);
  } else {
    add(part, seen.operation, type_->shape(seen.operation, seen.result), false);
  }
}

void RegisterParts::add(std::uint32_t part, const engine::Operation& operation, const Shape& shape,
                        bool open) {
  Building& building = parts_[part];
  const std::optional<Kind> kind = kind_of(shape, open);
  building.fits = kind.has_value();
  if (!building.fits) return;
  if (*kind != Kind::write && building.part.initial == RegisterOperation::no_value) {
    find_initial(part, operation);
  }
  const auto index = static_cast<std::uint32_t>(building.part.operations.size());
  building.part.operations.push_back({*kind, open});
  if (*kind == Kind::read && open) {
    building.part.operations[index].reads = building.part.initial;  // nobody saw it: any value does
  } else if (*kind != Kind::write) {
    await(shape.reads, {part, index, &RegisterOperation::reads});
  }
  if (*kind == Kind::write || *kind == Kind::cas) {
    await(shape.writes, {part, index, &RegisterOperation::writes});
  }
}

void RegisterParts::await(const engine::ShapeValue& value, const Waiting::Place& place) {
  Waiting& waiting = waiting_[waiting_count_];
  waiting.value = ValuePool::probe(value, place.part);
  waiting.place = place;
  values_.prefetch(waiting.value);
  if (++waiting_count_ == waiting_.size()) settle();
}

/// By asking the service: any read tells it, a cas that succeeds does too. If neither occurs, no
/// operation of the part can tell it from a value that never occurs.
void RegisterParts::find_initial(std::uint32_t part, const engine::Operation& operation) {
  KeptShape first = open_shape(*type_, operation);
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
    const Waiting& waiting = waiting_[index];
    const std::uint32_t number = number_of(waiting.value);
    const Waiting::Place& place = waiting.place;
    parts_[place.part].part.operations[place.operation].*place.member = number;
  }
  waiting_count_ = 0;
}

RegisterParts::Building& RegisterParts::building_of(std::uint32_t part) {
  while (part >= parts_.size()) parts_.emplace_back().fits = type_->shape != nullptr;
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
                                               const engine::ServiceType& type, const Part& part,
                                               Patience& patience) {
  RegisterParts parts(type, part.operations.size());
  const Prefetcher prefetcher(history);
  const engine::HistoryOperation* operations = history.operations().data();
  const std::size_t count = part.operations.size();
  constexpr std::size_t distance = 8;
  for (std::size_t index = 0; index < count; ++index) {
    if (index + 2 * distance < count) {
      prefetcher.fetch_entry(part.operations[index + 2 * distance].position);
      prefetcher.fetch(part.operations[index + distance].position);
    }
    patience.spend();
    const PartOperation& entry = part.operations[index];
    parts.add(0, operations[entry.position], entry.is_open());
  }
  return parts.take(0);
}

}  // namespace stampede::checkers

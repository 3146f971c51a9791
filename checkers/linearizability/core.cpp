#include "checkers/linearizability/core.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "checkers/linearizability/part_search.hpp"
#include "checkers/linearizability/specialists/collections.hpp"
#include "checkers/linearizability/specialists/container_part.hpp"
#include "checkers/linearizability/specialists/register_part.hpp"
#include "checkers/linearizability/specialists/zones.hpp"
#include "checkers/open_shape.hpp"

namespace stampede::checkers {
namespace {

using Kind = RegisterOperation::Kind;
using Group = std::vector<std::uint32_t>;

class Shrinker {
 public:
  Shrinker(const engine::History& history, const engine::ServiceType& type, const Part& part,
           std::uint64_t configurations)
      : history_(history), type_(type), part_(part), budget_(50'000 + 2 * configurations) {}

  Core shrink();

 private:
  [[nodiscard]] bool fails(const Part& part) const;
  void cut_prefix();
  /// Where a specialist judges the part: the shortest failing prefix and the operations that fail
  /// in it, by its means. False if there is none.
  bool start_with_zones();
  bool start_with_collection();
  /// Of a queue or stack: only what its judge says fails, if it is one that is judged without a
  /// search. Deleting all operations on a value leaves a linearizable history one.
  void keep_container_culprits();
  /// Keeps `kept` as they are and `opened` without responses, of the prefix up to event `end`.
  bool reduce_to(const std::vector<std::uint32_t>& kept, const std::vector<std::uint32_t>& opened,
                 std::uint32_t end);
  /// The earliest response at which `fails_at(its event)` is true, by bisection.
  template <class FailsAt>
  std::uint32_t first_failure(const FailsAt& fails_at) const;
  /// Does `fate` to as many of the groups as possible, large chunks from the end first. True if
  /// anything went.
  bool apply_to(const std::vector<Group>& groups, Fate fate);
  [[nodiscard]] std::vector<Group> pure_operations() const;
  [[nodiscard]] std::vector<Group> linked_values() const;
  [[nodiscard]] std::vector<Group> completed_operations() const;
  [[nodiscard]] const engine::HistoryOperation& seen(const PartOperation& operation) const {
    return history_.operations()[operation.position];
  }
  [[nodiscard]] std::string describe(const PartOperation& operation) const;
  [[nodiscard]] std::string reason() const;

  const engine::History& history_;
  const engine::ServiceType& type_;
  Part part_;
  std::uint64_t impossible_at_event_ = 0;
  /// Configurations that one attempt may visit.
  std::uint64_t budget_;
};

bool Shrinker::fails(const Part& part) const {
  constexpr std::uint64_t memory_bytes = std::uint64_t{1} << 30;
  return make_part_search(history_, type_, part)->run(budget_, memory_bytes) ==
         PartSearch::Status::impossible;
}

/// Failing is monotone in the prefix, so bisection finds the shortest one.
template <class FailsAt>
std::uint32_t Shrinker::first_failure(const FailsAt& fails_at) const {
  const std::vector<std::uint32_t> responses = responses_of(part_);
  std::size_t low = 0;  // prefixes before this one are linearizable, as far as we know
  std::size_t high = responses.size() - 1;
  const auto event = [&](std::size_t response) {
    return part_.operations[responses[response]].responded_at;
  };
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (fails_at(event(middle))) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return event(high);
}

void Shrinker::cut_prefix() {
  part_ = prefix_of(
      part_, first_failure([&](std::uint32_t event) { return fails(prefix_of(part_, event)); }));
}

bool Shrinker::reduce_to(const std::vector<std::uint32_t>& kept,
                         const std::vector<std::uint32_t>& opened, std::uint32_t end) {
  std::vector<Fate> fates(part_.operations.size(), Fate::deleted);
  for (const std::uint32_t index : opened) fates[index] = Fate::opened;
  for (const std::uint32_t index : kept) {
    fates[index] = part_.operations[index].responded_at > end ? Fate::opened : Fate::kept;
  }
  Part smaller = sub_part(part_, fates);
  if (!fails(smaller)) return false;
  part_ = std::move(smaller);
  return true;
}

bool Shrinker::start_with_zones() {
  const auto values = make_register_part(history_, type_, part_);
  if (!values) return false;
  // A failed cas that is open in a prefix may yet succeed there: zones cannot tell.
  for (const RegisterOperation& operation : values->operations) {
    if (operation.kind == Kind::failed_cas) return false;
  }
  const auto whole = judge_by_zones(*values, part_);
  if (!whole || whole->linearizable) return false;
  const std::uint32_t end = first_failure([&](std::uint32_t event) {
    const auto answer = judge_by_zones(*values, part_, event);
    return answer && !answer->linearizable;
  });
  const auto answer = judge_by_zones(*values, part_, end);
  if (!answer || answer->linearizable) return false;
  impossible_at_event_ = end;
  return reduce_to(answer->culprits, {}, end);
}

bool Shrinker::start_with_collection() {
  const auto collection = make_collection(history_, type_, part_);
  if (!collection) return false;
  const std::uint32_t end = first_failure([&](std::uint32_t event) {
    return !judge_collection(*collection, part_, event).linearizable;
  });
  const CollectionAnswer answer = judge_collection(*collection, part_, end);
  if (answer.linearizable) return false;
  impossible_at_event_ = end;
  return reduce_to(answer.culprits, answer.origins, end);
}

void Shrinker::keep_container_culprits() {
  const auto answer = judge_container(history_, type_, part_);
  if (answer && !answer->linearizable) reduce_to(answer->culprits, {}, events_max);
}

bool Shrinker::apply_to(const std::vector<Group>& groups, Fate fate) {
  const Part whole = part_;
  std::vector<Fate> fates(whole.operations.size(), Fate::kept);
  for (std::size_t index = 0; index < fates.size(); ++index) {
    if (whole.operations[index].is_open()) fates[index] = Fate::opened;
  }
  std::vector<std::size_t> left(groups.size());
  std::iota(left.begin(), left.end(), std::size_t{0});
  const std::size_t before = left.size();
  for (std::size_t chunk = left.size(); chunk > 0; chunk /= 2) {
    for (std::size_t end = left.size(); end > 0;) {
      const std::size_t begin = end > chunk ? end - chunk : 0;
      std::vector<Fate> attempt = fates;
      for (std::size_t entry = begin; entry < end; ++entry) {
        for (const std::uint32_t operation : groups[left[entry]]) attempt[operation] = fate;
      }
      Part smaller = sub_part(whole, attempt);
      if (fails(smaller)) {
        fates = std::move(attempt);
        part_ = std::move(smaller);
        left.erase(left.begin() + static_cast<std::ptrdiff_t>(begin),
                   left.begin() + static_cast<std::ptrdiff_t>(end));
      }
      end = begin;
    }
  }
  return left.size() < before;
}

std::vector<Group> Shrinker::pure_operations() const {
  std::vector<Group> groups;
  for (std::uint32_t index = 0; index < part_.operations.size(); ++index) {
    const PartOperation& operation = part_.operations[index];
    const engine::HistoryOperation& entry = seen(operation);
    const bool pure = operation.is_open() ? only_reads(open_shape(type_, entry.operation))
                                          : type_.is_pure != nullptr &&
                                                type_.is_pure(entry.operation, entry.result);
    if (pure) groups.push_back({index});
  }
  return groups;
}

/// Operations by value, values that a cas links taken together. None if the part is no register, or
/// a failed cas is left: what that needs is the presence of *another* value.
std::vector<Group> Shrinker::linked_values() const {
  const auto values = make_register_part(history_, type_, part_);
  if (!values) return {};
  std::vector<std::uint32_t> link(values->value_count);
  std::iota(link.begin(), link.end(), 0U);
  const auto root = [&](std::uint32_t value) {
    while (link[value] != value) value = link[value] = link[link[value]];
    return value;
  };
  for (const RegisterOperation& operation : values->operations) {
    if (operation.kind == Kind::failed_cas) return {};
    if (operation.kind == Kind::cas) link[root(operation.reads)] = root(operation.writes);
  }
  std::map<std::uint32_t, Group> by_root;
  for (std::uint32_t index = 0; index < values->operations.size(); ++index) {
    const RegisterOperation& operation = values->operations[index];
    by_root[root(operation.kind == Kind::read ? operation.reads : operation.writes)].push_back(
        index);
  }
  std::vector<Group> groups;
  groups.reserve(by_root.size());
  for (auto& [value, group] : by_root) groups.push_back(std::move(group));
  return groups;
}

std::vector<Group> Shrinker::completed_operations() const {
  std::vector<Group> groups;
  for (std::uint32_t index = 0; index < part_.operations.size(); ++index) {
    if (!part_.operations[index].is_open()) groups.push_back({index});
  }
  return groups;
}

std::string Shrinker::describe(const PartOperation& operation) const {
  const engine::HistoryOperation& entry = seen(operation);
  std::string text = "c" + std::to_string(entry.id.client.value) + "." +
                     std::to_string(entry.id.number) + " " + entry.operation.to_json();
  if (operation.is_open()) return text + " (response not needed)";
  return text + " -> " + entry.result.to_json();
}

std::string Shrinker::reason() const {
  const PartOperation& last = last_to_respond(part_);
  std::string text = "no order explains " + describe(last) + ", completed at event " +
                     std::to_string(last.responded_at);
  constexpr std::size_t listed_max = 8;
  if (part_.operations.size() == 1) return text;
  if (part_.operations.size() > listed_max) {
    return text + ", together with " + std::to_string(part_.operations.size() - 1) + " others";
  }
  std::string others;
  for (const PartOperation& operation : part_.operations) {
    if (operation.position == last.position) continue;
    others += (others.empty() ? "" : ", ") + describe(operation);
  }
  return text + ", together with " + others;
}

Core Shrinker::shrink() {
  Core core;
  if (start_with_zones() || start_with_collection()) {
    core.impossible_at_event = impossible_at_event_;
  } else {
    cut_prefix();
    core.impossible_at_event = last_to_respond(part_).responded_at;
    keep_container_culprits();
  }
  // Opening operations is for small cores: each one left open makes every later attempt harder.
  constexpr std::size_t opened_max = 200;
  for (bool again = true; again;) {
    again = apply_to(linked_values(), Fate::deleted);
    again = apply_to(pure_operations(), Fate::deleted) || again;
    if (!again && part_.operations.size() <= opened_max) {
      again = apply_to(completed_operations(), Fate::opened);
    }
  }
  for (const PartOperation& operation : part_.operations) {
    core.positions.push_back(operation.position);
    if (operation.is_open()) core.open_positions.push_back(operation.position);
  }
  core.reason = reason();
  return core;
}

}  // namespace

Core find_core(const engine::History& history, const engine::ServiceType& type, const Part& part,
               std::uint64_t configurations) {
  return Shrinker(history, type, part, configurations).shrink();
}

}  // namespace stampede::checkers

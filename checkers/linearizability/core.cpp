#include "checkers/linearizability/core.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <optional>

#include "checkers/linearizability/part_search.hpp"
#include "checkers/linearizability/specialists/collections.hpp"
#include "checkers/linearizability/specialists/containers.hpp"
#include "checkers/linearizability/specialists/register_part.hpp"
#include "checkers/linearizability/specialists/zones.hpp"
#include "checkers/open_shape.hpp"

namespace stampede::checkers {
namespace {

using Kind = RegisterOperation::Kind;
using Group = std::vector<std::uint32_t>;

/// What a specialist says of a prefix that fails: operations that fail together, and some of whose
/// responses that takes nothing. None if it only knows that the prefix does.
struct Culprits {
  std::vector<std::uint32_t> kept;
  std::vector<std::uint32_t> opened;
};

/// What is left of the part, always something that fails.
struct Piece {
  Part part;
  /// What it is as a register, if it is one: told once, since that costs more than most searches.
  std::optional<RegisterPart> values;
  /// Of a suffix: the position of the operation that tells in which state it begins.
  std::optional<std::uint32_t> first;
};

/// Judges the prefix up to an event; nothing if it is linearizable, as far as that can be told.
using JudgePrefix = std::function<std::optional<Culprits>(std::uint32_t end)>;

class CoreSearch {
 public:
  CoreSearch(const engine::History& history, const engine::ServiceType& type, const Part& part,
             const FailedPart& failed, const Limits& limits, std::uint64_t spent,
             Patience& patience)
      : history_(history),
        type_(type),
        piece_{part, {}, {}},
        reached_(failed.reached),
        verdict_cost_(failed.configurations),
        limits_(limits),
        left_(limits.max_configurations - std::min(limits.max_configurations, spent)),
        patience_(patience) {
    core_.impossible_at_event = last_to_respond(piece_.part).responded_at;
  }

  Core find();

 private:
  [[nodiscard]] bool fails(const Piece& piece);
  [[nodiscard]] std::unique_ptr<PartSearch> search_of(const Piece& piece) const;
  /// The piece with `fates[i]` done to operation i.
  [[nodiscard]] Piece smaller(const Piece& piece, const std::vector<Fate>& fates) const;
  [[nodiscard]] Piece prefix(std::uint32_t end) const;
  /// The shortest failing prefix, by searches.
  void cut_prefix();
  /// Of a counter or lock: the shortest suffix that fails, about, whatever came before it.
  void cut_suffix();
  /// What comes behind operation `first`, or at the same time, and begins with it.
  [[nodiscard]] Piece suffix(std::uint32_t first) const;
  /// Where a specialist judges the part: the shortest failing prefix and the operations that fail
  /// in it, by its means. False if there is none.
  bool start_with_zones();
  bool start_with_collection();
  bool start_with_container();
  bool start_with(const JudgePrefix& judge);
  /// Keeps `culprits` alone, of the prefix up to event `end`.
  bool reduce_to(const Culprits& culprits, std::uint32_t end);
  void minimise();
  /// Does `fate` to as many of the groups as possible, large chunks from the end first. True if
  /// anything went.
  bool apply_to(const std::vector<Group>& groups, Fate fate);
  [[nodiscard]] std::vector<Group> pure_operations() const;
  [[nodiscard]] std::vector<Group> linked_values() const;
  [[nodiscard]] std::vector<Group> completed_operations() const;
  /// The events of all responses, ascending.
  [[nodiscard]] std::vector<std::uint32_t> response_events() const;
  [[nodiscard]] const std::vector<PartOperation>& operations() const {
    return piece_.part.operations;
  }
  [[nodiscard]] bool is_first(const PartOperation& operation) const {
    return piece_.first == operation.position;
  }
  /// Never changes the state; one that was completed may go even where a prefix has it open: it
  /// could have gone first.
  [[nodiscard]] bool is_pure(const PartOperation& operation) const;
  [[nodiscard]] const engine::HistoryOperation& seen(const PartOperation& operation) const {
    return history_.operations()[operation.position];
  }
  [[nodiscard]] Sentence reason() const;

  const engine::History& history_;
  const engine::ServiceType& type_;
  Piece piece_;
  /// Responses of the part up to which it is linearizable.
  std::size_t reached_;
  /// Configurations that it took to know that the part fails.
  std::uint64_t verdict_cost_;
  /// Configurations that one attempt may visit. Few attempts find the prefix, and when it became
  /// impossible is told. Of the many that make it smaller, those that leave most open are hard,
  /// hardly ever fail, and are not worth more than the verdict was.
  std::uint64_t attempt_ = 50'000 + 2 * verdict_cost_;
  const Limits& limits_;
  /// Configurations that are left for all of them.
  std::uint64_t left_;
  Patience& patience_;
  Core core_;
};

std::unique_ptr<PartSearch> CoreSearch::search_of(const Piece& piece) const {
  if (!piece.first) {
    return make_part_search(history_, type_, piece.part, piece.values, patience_, Method::fastest);
  }
  const auto& all = piece.part.operations;
  const auto first = std::find_if(all.begin(), all.end(), [&](const PartOperation& operation) {
    return operation.position == *piece.first;
  });
  ASSERT(first != all.end());
  return make_suffix_search(history_, type_, piece.part,
                            static_cast<std::uint32_t>(first - all.begin()), patience_);
}

bool CoreSearch::fails(const Piece& piece) {
  patience_.spend(piece.part.operations.size() / 8);
  const auto search = search_of(piece);
  if (!search) return false;
  const auto status = search->run(std::min(attempt_, left_), limits_.max_memory_bytes);
  core_.configurations += search->configurations();
  left_ -= std::min(left_, search->configurations());
  if (status == PartSearch::Status::paused && left_ == 0) {
    core_.limit = "max_configurations = " + std::to_string(limits_.max_configurations);
  }
  return status == PartSearch::Status::impossible;
}

Piece CoreSearch::smaller(const Piece& piece, const std::vector<Fate>& fates) const {
  Piece result{sub_part(piece.part, fates), {}, piece.first};
  const auto make_anew = [&] {
    result.values = make_register_part(history_, type_, result.part, patience_);
    return std::move(result);
  };
  // What is no register may be one without some of its operations; and the values of a part that
  // was much larger are too many for searches that are small.
  if (!piece.values || piece.values->value_count > 4 * (result.part.operations.size() + 1)) {
    return make_anew();
  }
  RegisterPart& values = result.values.emplace();
  values.value_count = piece.values->value_count;
  values.initial = piece.values->initial;
  values.operations.reserve(result.part.operations.size());
  for (std::size_t index = 0; index < fates.size(); ++index) {
    if (fates[index] == Fate::deleted) continue;
    RegisterOperation& operation = values.operations.emplace_back(piece.values->operations[index]);
    if (fates[index] != Fate::opened || operation.open) continue;
    // One that failed may succeed where nobody sees it; what it writes was not told.
    if (operation.kind == Kind::failed_cas) return make_anew();
    if (operation.kind == Kind::read) operation.reads = values.initial;
    operation.open = true;
  }
  return result;
}

Piece CoreSearch::prefix(std::uint32_t end) const {
  std::vector<Fate> fates;
  fates.reserve(operations().size());
  for (const PartOperation& operation : operations()) {
    const Fate cut = operation.responded_at > end ? Fate::opened : Fate::kept;
    fates.push_back(operation.invoked_at > end ? Fate::deleted : cut);
  }
  return smaller(piece_, fates);
}

/// In any order of the whole, `first` is somewhere. What responded before it was invoked stands in
/// front of it, what was invoked after it responded behind; the rest may stand on either side, so
/// here it may happen or not. The state in front of `first` is known, hence an order of the whole
/// would leave one of the suffix.
Piece CoreSearch::suffix(std::uint32_t first) const {
  const PartOperation& begin = operations()[first];
  std::vector<Fate> fates;
  fates.reserve(operations().size());
  for (const PartOperation& operation : operations()) {
    const bool beside = operation.invoked_at < begin.responded_at;
    if (operation.position == begin.position || !beside) {
      fates.push_back(Fate::kept);
    } else if (!operation.is_open() &&
               (operation.responded_at < begin.invoked_at || is_pure(operation))) {
      fates.push_back(Fate::deleted);
    } else {
      fates.push_back(Fate::opened);
    }
  }
  return {sub_part(piece_.part, fates), {}, begin.position};
}

void CoreSearch::cut_suffix() {
  if (piece_.values) return;
  std::vector<std::uint32_t> responses = responses_of(piece_.part);
  responses.pop_back();
  // Twice as many operations each time: all attempts together are not much more than the last.
  for (std::size_t behind = 1; behind < responses.size(); behind *= 2) {
    const auto tells = [&](std::uint32_t index) {
      const engine::Shape shape = shape_of(type_, seen(operations()[index])).shape;
      const bool sees =
          shape.kind == engine::Shape::Kind::read || shape.kind == engine::Shape::Kind::acquire;
      return sees && shape.reads.is_number();
    };
    const auto found = std::find_if(responses.rbegin() + static_cast<std::ptrdiff_t>(behind - 1),
                                    responses.rend(), tells);
    if (found == responses.rend()) return;
    Piece piece = suffix(*found);
    if (!fails(piece)) continue;
    piece_ = std::move(piece);
    return;
  }
}

std::vector<std::uint32_t> CoreSearch::response_events() const {
  std::vector<std::uint32_t> events;
  for (const PartOperation& operation : operations()) {
    patience_.spend();
    if (!operation.is_open()) events.push_back(operation.responded_at);
  }
  std::sort(events.begin(), events.end());
  return events;
}

void CoreSearch::cut_prefix() {
  const std::vector<std::uint32_t> events = response_events();
  const std::size_t last = events.size() - 1;
  std::optional<Piece> shortest;
  first_failure(std::min(reached_, last), last, [&](std::size_t response) {
    Piece cut = prefix(events[response]);
    if (!fails(cut)) return false;
    core_.impossible_at_event = events[response];
    shortest = std::move(cut);
    return true;
  });
  if (shortest) piece_ = *std::move(shortest);
}

/// Failing is monotone in the prefix. What fails by itself does so when the last of its responses
/// is there, and mostly nothing fails before: so these two prefixes are looked at first.
bool CoreSearch::start_with(const JudgePrefix& judge) {
  const std::vector<std::uint32_t> events = response_events();
  std::size_t low = 0;  // prefixes before this one are linearizable, as far as we know
  std::size_t high = events.size() - 1;
  Culprits culprits;
  const auto fails_at = [&](std::size_t response) {
    std::optional<Culprits> earlier = judge(events[response]);
    if (!earlier) {
      low = response + 1;
      return false;
    }
    high = response;
    culprits = *std::move(earlier);
    core_.impossible_at_event = events[high];
    return true;
  };
  if (!fails_at(high)) return false;
  const auto last_needed = [&] {
    std::uint32_t last = 0;
    for (const std::uint32_t index : culprits.kept) {
      const std::uint32_t responded = operations()[index].responded_at;
      if (responded <= events[high]) last = std::max(last, responded);
    }
    if (last == 0) return high;
    const auto at = std::lower_bound(events.begin(), events.end(), last);
    return static_cast<std::size_t>(at - events.begin());
  };
  bool beside = true;
  while (low < high) {
    const std::size_t needed = last_needed();
    if (low <= needed && needed < high && fails_at(needed)) beside = true;
    if (low < high) fails_at(beside ? high - 1 : low + (high - low) / 2);
    beside = !beside;
  }
  if (!reduce_to(culprits, events[high])) piece_ = prefix(events[high]);
  return true;
}

bool CoreSearch::reduce_to(const Culprits& culprits, std::uint32_t end) {
  if (culprits.kept.empty()) return false;
  std::vector<Fate> fates(operations().size(), Fate::deleted);
  for (const std::uint32_t index : culprits.opened) fates[index] = Fate::opened;
  for (const std::uint32_t index : culprits.kept) {
    fates[index] = operations()[index].responded_at > end ? Fate::opened : Fate::kept;
  }
  Piece reduced = smaller(piece_, fates);
  if (!fails(reduced)) return false;
  piece_ = std::move(reduced);
  return true;
}

bool CoreSearch::start_with_zones() {
  const std::optional<RegisterPart>& values = piece_.values;
  if (!values) return false;
  // A failed cas that is open in a prefix may yet succeed there: zones cannot tell.
  for (const RegisterOperation& operation : values->operations) {
    if (operation.kind == Kind::failed_cas) return false;
  }
  return start_with([&](std::uint32_t end) -> std::optional<Culprits> {
    auto answer = judge_by_zones(*values, piece_.part, patience_, end);
    if (!answer || answer->linearizable) return std::nullopt;
    return Culprits{std::move(answer->culprits), {}};
  });
}

bool CoreSearch::start_with_collection() {
  const auto collection = make_collection(history_, type_, piece_.part, patience_);
  if (!collection) return false;
  return start_with([&](std::uint32_t end) -> std::optional<Culprits> {
    CollectionAnswer answer = judge_collection(*collection, piece_.part, patience_, end);
    if (answer.linearizable) return std::nullopt;
    return Culprits{std::move(answer.culprits), std::move(answer.origins)};
  });
}

/// Deleting all operations on a value leaves a linearizable queue or stack one.
bool CoreSearch::start_with_container() {
  const auto container = make_container(history_, type_, piece_.part, patience_);
  if (!container) return false;
  return start_with([&](std::uint32_t end) -> std::optional<Culprits> {
    auto answer = judge_container(*container, piece_.part, patience_, end);
    if (answer && answer->linearizable) return std::nullopt;
    if (answer) return Culprits{std::move(answer->culprits), {}};
    // It depends on what removals without a response took.
    if (!fails(prefix(end))) return std::nullopt;
    return Culprits{};
  });
}

bool CoreSearch::apply_to(const std::vector<Group>& groups, Fate fate) {
  const Piece whole = piece_;
  std::vector<Fate> fates(whole.part.operations.size(), Fate::kept);
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
      Piece reduced = smaller(whole, attempt);
      if (fails(reduced)) {
        fates = std::move(attempt);
        piece_ = std::move(reduced);
        left.erase(left.begin() + static_cast<std::ptrdiff_t>(begin),
                   left.begin() + static_cast<std::ptrdiff_t>(end));
      }
      end = begin;
    }
  }
  return left.size() < before;
}

bool CoreSearch::is_pure(const PartOperation& operation) const {
  const engine::HistoryOperation& entry = seen(operation);
  if (entry.is_open()) return only_reads(open_shape(type_, entry.operation));
  return type_.is_pure != nullptr && type_.is_pure(entry.operation, entry.result);
}

std::vector<Group> CoreSearch::pure_operations() const {
  std::vector<Group> groups;
  for (std::uint32_t index = 0; index < operations().size(); ++index) {
    if (!is_first(operations()[index]) && is_pure(operations()[index])) groups.push_back({index});
  }
  return groups;
}

/// Operations by value, values that a cas links taken together. None if the part is no register, or
/// a failed cas is left: what that needs is the presence of *another* value.
std::vector<Group> CoreSearch::linked_values() const {
  // Numbered anew, so that what goes first does not depend on what is gone.
  const auto values = make_register_part(history_, type_, piece_.part, patience_);
  if (!values || piece_.first) return {};
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

std::vector<Group> CoreSearch::completed_operations() const {
  std::vector<Group> groups;
  for (std::uint32_t index = 0; index < operations().size(); ++index) {
    const PartOperation& operation = operations()[index];
    if (!is_first(operation) && !operation.is_open()) groups.push_back({index});
  }
  return groups;
}

Sentence CoreSearch::reason() const {
  const PartOperation& last = last_to_respond(piece_.part);
  Sentence sentence("no order explains %, completed at event ", {last.position});
  sentence.say(std::to_string(last.responded_at));
  constexpr std::size_t listed_max = 8;
  if (operations().size() == 1) return sentence;
  sentence.say(", together with ");
  if (operations().size() > listed_max) {
    return sentence.say(std::to_string(operations().size() - 1)).say(" others");
  }
  bool first = true;
  for (const PartOperation& operation : operations()) {
    if (operation.position == last.position) continue;
    sentence.say(first ? "" : ", ").name(operation.position);
    first = false;
  }
  return sentence;
}

void CoreSearch::minimise() {
  // Opening operations is for small cores: each one left open makes every later attempt harder.
  constexpr std::size_t opened_max = 200;
  attempt_ = 1'000 + 2 * verdict_cost_;
  for (bool again = true; again;) {
    again = apply_to(linked_values(), Fate::deleted);
    again = apply_to(pure_operations(), Fate::deleted) || again;
    if (!again && operations().size() <= opened_max) {
      again = apply_to(completed_operations(), Fate::opened);
    }
  }
}

Core CoreSearch::find() {
  try {
    piece_.values = make_register_part(history_, type_, piece_.part, patience_);
    if (!start_with_zones() && !start_with_collection() && !start_with_container()) {
      cut_prefix();
      cut_suffix();
    }
    minimise();
  } catch (const Stopped& stopped) {
    core_.limit = stopped.reason();
  }
  for (const PartOperation& operation : operations()) {
    core_.positions.push_back(operation.position);
    if (operation.is_open()) core_.open_positions.push_back(operation.position);
  }
  core_.reason = reason();
  return std::move(core_);
}

}  // namespace

Core find_core(const engine::History& history, const engine::ServiceType& type, const Part& part,
               const FailedPart& failed, const Limits& limits, std::uint64_t spent,
               Patience& patience) {
  return CoreSearch(history, type, part, failed, limits, spent, patience).find();
}

}  // namespace stampede::checkers

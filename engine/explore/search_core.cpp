#include "engine/explore/search_core.hpp"

#include <algorithm>
#include <exception>
#include <new>
#include <optional>
#include <system_error>
#include <thread>

namespace stampede::engine {

namespace {

SearchResult search_once(StateSpace& space, const SearchSettings& settings) {
  switch (settings.strategy) {
    case Strategy::breadth_first:
      return search_breadth_first(space, settings);
    case Strategy::depth_first:
      return search_depth_first(space, settings);
    case Strategy::random_walk:
    case Strategy::novelty:
      break;
  }
  return walk_randomly(space, settings);
}

}  // namespace

SearchResult search(StateSpace& space, const SearchSettings& settings) {
  SearchSettings affordable = settings;
  while (true) {
    try {
      return search_once(space, affordable);
    } catch (const std::system_error&) {
      // The system gives no more threads; what is found does not depend on their number.
      if (affordable.threads <= 1) throw;
      affordable.threads /= 2;
    }
  }
}

void SearchCore::run_on_all(const std::function<void(Worker&)>& work) {
  std::vector<std::exception_ptr> errors(workers_.size());
  const auto guarded = [&](std::size_t i) {
    try {
      within_limits(workers_[i], [&] { work(workers_[i]); });
    } catch (...) {
      errors[i] = std::current_exception();
      stop("error");
    }
    if (stopped()) has_stopped();
  };
  std::vector<std::thread> threads;
  try {
    for (std::size_t i = 1; i < workers_.size(); ++i) threads.emplace_back(guarded, i);
  } catch (const std::system_error&) {
    errors[0] = std::current_exception();
    stop("error");
  }
  // Its own share, which after an error is to tell the others.
  guarded(0);
  for (std::thread& thread : threads) thread.join();
  for (const std::exception_ptr& error : errors) {
    if (error) std::rethrow_exception(error);
  }
}

void SearchCore::within_limits(Worker& worker, const std::function<void()>& work) {
  const Watch watch([&] {
    if (!look(worker)) throw SearchStopped{};
  });
  try {
    work();
  } catch (const SearchStopped&) {
  } catch (const std::bad_alloc&) {
    stop("memory");
  }
}

SearchCore::SearchCore(StateSpace& space, const SearchSettings& settings)
    : space_(space),
      settings_(settings),
      codec_(space.node_count(), space.spends()),
      workers_(std::max(1U, settings.threads)) {
  for (unsigned i = 0; i < workers_.size(); ++i) workers_[i].index = i;
  for (Worker& worker : workers_) worker.discovered_max = share_of(settings_.states_max);
  within_limits(workers_.front(), [&] {
    booted_ = space_.initial(broken_);
    for (const Root& root : booted_) {
      Watch::tick();
      initial_.push_back(space_.canonical(root.world));
    }
  });
  for (std::size_t i = 0; i < broken_.size(); ++i) keep(broken_[i].violation, 0, 0, 0, i);
}

void SearchCore::discover_roots(
    const std::function<void(const PackedWorld&, std::uint16_t)>& discover) {
  Worker& worker = workers_.front();
  within_limits(worker, [&] {
    std::uint32_t roots = 0;
    for (const PackedWorld& world : initial_) {
      const std::uint16_t ordinal = next_ordinal(roots);
      ++worker.generated;
      if (settings_.exact ? insert_exactly(world) : insert(VisitedSet::fingerprint(world.hash)))
        discover(world, ordinal);
      if (has_enough(worker)) return;
      if (roots % inserted_at_once != 0) continue;
      between_batches(worker, worker.parents.size());
      if (stopped()) return;
    }
  });
}

bool SearchCore::insert_exactly(const PackedWorld& world) {
  thread_local std::vector<unsigned char> bytes;
  bytes.resize(codec_.bytes_max(world.messages.size()));
  const unsigned char* end = codec_.encode(world, bytes.data());
  const std::lock_guard guard(mutex_);
  if (exact_.wants_growth() && !cannot_grow_) {
    cannot_grow_ = !has_room_for(exact_.bytes_to_grow());
    if (!cannot_grow_) exact_.grow();
    last_memory_ = memory_in_use();
  }
  if (exact_.full()) {
    if (reason_.empty()) reason_ = "memory";
    stop_ = true;
    return false;
  }
  return exact_.insert(world.hash, bytes.data(), static_cast<std::size_t>(end - bytes.data()));
}

void SearchCore::stop(const char* reason) {
  const std::lock_guard guard(mutex_);
  if (reason_.empty()) reason_ = reason;
  stop_ = true;
}

void SearchCore::keep(Violation violation, std::uint64_t source, std::uint16_t ordinal,
                      std::uint64_t depth, std::optional<std::size_t> root) {
  bool wanted = false;
  {
    const std::lock_guard guard(mutex_);
    const auto known = std::find_if(found_.begin(), found_.end(), [&](const Found& found) {
      return found.violation.property == violation.property;
    });
    if (known != found_.end()) {
      if (depth < known->depth) *known = {std::move(violation), source, ordinal, depth, root};
      return;
    }
    const auto& reached = settings_.wanted;
    wanted = settings_.stop_at_violation &&
             std::find(reached.begin(), reached.end(), violation.property) == reached.end() &&
             (settings_.stop_at.empty() || settings_.stop_at == violation.property);
    found_.push_back({std::move(violation), source, ordinal, depth, root});
  }
  if (wanted) stop("violation");
}

void SearchCore::report(Worker& worker, std::uint64_t source, std::uint16_t ordinal,
                        std::uint64_t depth, std::uint32_t violations) {
  // Breadth first, the first sight of a violation is a shortest one.
  if (worker.seen_violations.size() <= violations) worker.seen_violations.resize(violations + 64);
  if (worker.seen_violations[violations]) return;
  worker.seen_violations[violations] = true;
  for (const Violation& violation : space_.monitors().violations(violations))
    keep(violation, source, ordinal, depth);
}

void SearchCore::report_exception(std::uint64_t source, std::uint16_t ordinal, std::uint64_t depth,
                                  std::uint32_t transition) {
  keep(space_.exception_of(transition), source, ordinal, depth);
}

void SearchCore::grow_if_needed() {
  const std::uint64_t unique = unique_.load(std::memory_order_relaxed);
  if (4 * unique <= 3 * visited_.capacity()) return;
  std::unique_lock alone(table_lock_, std::defer_lock);
  if (workers_.size() > 1) alone.lock();
  if (4 * unique_.load(std::memory_order_relaxed) <= 3 * visited_.capacity()) return;
  // The new table, less the old one, which is given back on the way.
  cannot_grow_ = !has_room_for(visited_.bytes() + (std::uint64_t{4} << 20));
  if (cannot_grow_) return;
  visited_.grow();
  const std::lock_guard guard(mutex_);
  last_memory_ = memory_in_use();
}

bool SearchCore::has_room_for(std::uint64_t bytes) const {
  const std::uint64_t memory = memory_in_use();
  return memory <= settings_.memory_max && bytes <= settings_.memory_max - memory;
}

std::uint64_t SearchCore::share_of(std::uint64_t states) const {
  return states / workers_.size() + (states % workers_.size() == 0 ? 0 : 1);
}

std::uint64_t SearchCore::count(Worker& worker) {
  const std::uint64_t discovered = worker.parents.size();
  const std::uint64_t more = discovered - worker.counted;
  const std::uint64_t unique = unique_.fetch_add(more, std::memory_order_relaxed) + more;
  worker.counted = discovered;
  if (unique >= settings_.states_max) {
    stop("states");
  } else {
    worker.discovered_max = discovered + share_of(settings_.states_max - unique);
  }
  return unique;
}

void SearchCore::between_batches(Worker& worker, std::uint64_t queue) {
  const std::uint64_t unique = count(worker);
  if (!settings_.exact && 4 * unique > 3 * visited_.capacity()) {
    if (!cannot_grow_) {
      grow_if_needed();
    } else if (20 * unique > 19 * visited_.capacity()) {
      stop("memory");
    }
  }
  const std::uint64_t done = worker.generated + worker.parents.size();
  if (done < worker.looks_at) return;
  // Often: in between the search takes less than a hundredth of what little memory it may have.
  worker.looks_at = done + 8'192;
  look_at_limits(worker, queue);
}

void SearchCore::prove(std::uint64_t generated) {
  Proof* const proof = space_.proof();
  if (proof == nullptr) return;
  if (!proof->advance(generated)) stop("reductions");
}

void SearchCore::look_at_limits(Worker& worker, std::uint64_t queue) {
  prove(worker.generated * workers_.size());
  {
    const std::lock_guard guard(mutex_);
    last_figures_.queue = queue;
  }
  look(worker);
}

bool SearchCore::look(const Worker& worker) {
  const std::uint64_t memory = memory_in_use();
  const std::lock_guard guard(mutex_);
  if (memory > last_memory_) largest_jump_ = std::max(largest_jump_, memory - last_memory_);
  last_memory_ = memory;
  // Of the tables of what steps lead to, one that doubles next takes twice what it took last.
  const bool is_full = memory + 2 * largest_jump_ > settings_.memory_max;
  if (is_full) {
    if (reason_.empty()) reason_ = "memory";
    stop_ = true;
  }
  SearchFigures& figures = last_figures_;
  figures.unique_states = unique_.load(std::memory_order_relaxed);
  figures.generated_states = 0;
  // Other threads' figures are read at rest only.
  figures.generated_states = worker.generated * workers_.size();
  figures.depth = std::max(figures.depth, worker.depth);
  figures.memory_bytes = std::max(figures.memory_bytes, memory);
  figures.handler_runs = space_.transitions().handler_runs();
  if (!settings_.go_on || settings_.go_on(figures)) return !is_full;
  if (reason_.empty()) reason_ = "interrupted";
  stop_ = true;
  return false;
}

namespace {

/// Goes through the ways on of a world until it is told that this was the one: those behind it may
/// be more than a search has room for.
void expand_until(StateSpace& space, const WorldRef& world,
                  const std::function<bool(const Candidate&)>& is_it) {
  struct Seen {};
  try {
    space.expand(world, [&](const Candidate& candidate) {
      if (is_it(candidate)) throw Seen{};
    });
  } catch (const Seen&) {
  }
}

}  // namespace

void SearchCore::Trail::follow(StateSpace& space, std::uint16_t ordinal,
                               const std::string& property) {
  std::uint16_t at = 0;
  PackedWorld next;
  PackedWorld concrete_next;
  std::optional<Candidate> chosen;
  expand_until(space, world, [&](const Candidate& candidate) {
    if (at++ != ordinal) return false;
    chosen = candidate;
    if (!space.threw(candidate))
      space.apply(world, candidate, space.judge(world, candidate).knowledge, next);
    return true;
  });
  ASSERT(chosen);
  // The same decision under the names of the path: it leads to the same world but for names. Where
  // names are what they are, it has the same place, too.
  bool is_found = false;
  std::uint16_t looked_at = 0;
  expand_until(space, concrete, [&](const Candidate& candidate) {
    const std::uint16_t here = looked_at++;
    if (candidate.kind != chosen->kind || space.threw(candidate) != space.threw(*chosen))
      return false;
    if (space.symmetry().is_trivial() && here != ordinal) return false;
    if (!space.threw(candidate)) {
      const MonitorCache::Outcome outcome = space.judge(concrete, candidate);
      space.apply_unhashed(concrete, candidate, outcome.knowledge, concrete_next);
      if (space.canonical_hash(concrete_next) != next.hash) return false;
      const auto& broken = space.monitors().violations(outcome.violations);
      if (!property.empty() && std::none_of(broken.begin(), broken.end(), [&](const auto& one) {
            return one.property == property;
          }))
        return false;
    }
    is_found = true;
    path.push_back(step_of(concrete, candidate));
    return true;
  });
  ASSERT(is_found);
  if (space.threw(*chosen)) return;
  concrete = concrete_next;
  world = std::move(next);
}

SearchCore::Trail SearchCore::trail_to(std::uint64_t number) const {
  const auto parents = [&]() -> const Parents& {
    return workers_[number % workers_.size()].parents;
  };
  // Back to the beginning, then forward again: worlds are not kept, so each is made anew.
  std::vector<std::uint16_t> ordinals;
  while (parents().parent(number / workers_.size()) != Parents::none) {
    ordinals.push_back(parents().ordinal(number / workers_.size()));
    number = parents().parent(number / workers_.size());
  }
  const std::uint16_t root = parents().ordinal(number / workers_.size());
  Trail trail{{}, initial_[root], booted_[root].world, root};
  for (std::size_t i = ordinals.size(); i > 0; --i) trail.follow(space_, ordinals[i - 1]);
  return trail;
}

FoundInSearch SearchCore::schedule_of(const Found& found) const {
  if (found.root) return {found.violation, {}, broken_[*found.root].begun};
  Trail trail = trail_to(found.source);
  const bool exception = found.violation.property == "no-exception";
  trail.follow(space_, found.ordinal, exception ? "" : found.violation.property);
  return {found.violation, std::move(trail.path), booted_[trail.root].begun};
}

namespace {

bool answers_some(const TransitionCache& known) {
  for (std::uint32_t id = 0; id < known.transition_count(); ++id) {
    const std::vector<Response>& responses = known.transition(id).effects.responses;
    const bool some = std::any_of(responses.begin(), responses.end(), [](const Response& one) {
      return one.result.get<Reconfigured>() == nullptr;
    });
    if (some) return true;
  }
  return false;
}

bool leads_some(const TransitionCache& known) {
  for (std::uint32_t local = 0; local < known.local_count(); ++local) {
    const std::vector<Observation>& shown = known.shown(local);
    if (std::any_of(shown.begin(), shown.end(), [](const Observation& one) { return one.leading; }))
      return true;
  }
  return false;
}

}  // namespace

void SearchCore::tell(std::vector<FoundInSearch>& told) {
  const Watch watch([&] {
    if (memory_in_use() > settings_.memory_max) stop_at_once("memory");
  });
  try {
    for (const Found& found : found_) told.push_back(schedule_of(found));
  } catch (const SearchStopped&) {
    // Under other names, what was expanded in part only comes in another order.
    reason_ = "memory";
  }
}

SearchResult SearchCore::result() {
  SearchResult result;
  SearchFigures& figures = result.figures;
  figures = last_figures_;
  figures.unique_states = figures.generated_states = 0;
  for (const Worker& worker : workers_) {
    figures.unique_states += worker.parents.size();
    figures.generated_states += worker.generated;
    figures.depth = std::max(figures.depth, worker.depth);
    for (std::size_t kind = 0; kind < Candidate::kind_count; ++kind) {
      result.offered[kind] += worker.offered[kind];
      result.fresh[kind] += worker.fresh[kind];
    }
  }
  // Before the proof, which looks at more.
  result.local_states = space_.transitions().local_count();
  result.messages = space_.transitions().message_count();
  result.transitions = space_.transitions().transition_count();
  result.knowledge = space_.monitors().knowledge_count();
  result.monitor_runs = space_.monitors().monitor_runs();
  result.answered = answers_some(space_.transitions());
  result.led = leads_some(space_.transitions());
  if (Proof* const proof = space_.proof()) {
    if (reason_.empty()) proof->finish(figures.generated_states);
    result.wrong = proof->wrong();
    result.proofs = proof->figures();
    if (result.wrong && reason_.empty()) reason_ = "reductions";
  }
  figures.memory_bytes = std::max(figures.memory_bytes, memory_peak());
  figures.handler_runs = space_.transitions().handler_runs();
  std::sort(found_.begin(), found_.end(),
            [](const Found& left, const Found& right) { return left.depth < right.depth; });
  tell(result.found);
  result.complete = reason_.empty();
  result.reason = reason_;
  return result;
}

}  // namespace stampede::engine

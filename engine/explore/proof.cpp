#include "engine/explore/proof.hpp"

#include <algorithm>
#include <bit>

namespace stampede::engine {
namespace {

// A proof may look at so many cases whatever the search is like, and at one more for so many
// successors: a case costs as much as one to ten of those.
constexpr std::uint64_t cases_free = 100'000;
constexpr std::uint64_t generated_per_dead_case = 16;
constexpr std::uint64_t generated_per_step = 100;

/// The least power of two by which `cases` divided is at most `allowed`.
std::uint64_t rate_for(std::uint64_t cases, std::uint64_t allowed) {
  std::uint64_t rate = 1;
  while (cases / rate > allowed) rate *= 2;
  return rate;
}

/// By contents, so that the same are chosen in every run.
bool is_chosen(std::uint64_t hash, std::uint64_t rate) {
  return (mix(hash_seed, hash) & (rate - 1)) == 0;
}

/// Those of the subjects that a node in this state does not simply ignore.
std::vector<std::uint32_t> not_ignored(TransitionCache& transitions, std::uint32_t local,
                                       const std::vector<std::uint32_t>& subjects) {
  const LocalState& state = transitions.local(local);
  LocalState scratch = state;
  Transition transition;
  transition.node = NodeId{transitions.facts(local).node};
  const Effects& effects = transition.effects;
  std::vector<std::uint32_t> others;
  std::vector<std::uint32_t> ignored;
  std::size_t lost = 0;
  for (const std::uint32_t subject : subjects) {
    transition.effects.clear();
    transitions.perform(scratch, subject, {}, transition);
    if (effects.ignored && !effects.exception && effects.choices.empty()) {
      ignored.push_back(subject);
      continue;
    }
    others.push_back(subject);
    lost = ignored.size();
    scratch = state;
  }
  // Who ignores changes nothing: looked at once for all of them, those again whose changes went
  // with the changes of another one.
  for (std::size_t i = 0; i < lost; ++i) {
    transition.effects.clear();
    transitions.perform(scratch, ignored[i], {}, transition);
  }
  return scratch == state ? others : subjects;
}

}  // namespace

Proof::Proof(TransitionCache& transitions, Symmetry& symmetry, Claims claims)
    : transitions_(transitions),
      symmetry_(symmetry),
      claims_(std::move(claims)),
      messages_(transitions.nodes().size()) {}

std::vector<ProofFigures> Proof::figures() const {
  std::vector<ProofFigures> list;
  if (claims_.dead) list.push_back(dead_);
  if (claims_.has_normal_form) list.push_back(normal_form_);
  if (!symmetry_.is_trivial()) list.push_back(commutes_);
  return list;
}

bool Proof::advance(std::uint64_t generated) {
  if (!claims_.dead) return true;
  const std::lock_guard guard(transitions_.lock());
  if (wrong_) return false;
  // By steps that grow with what is known: looking costs nothing beside what it finds.
  const std::size_t known = dropped_.size() + transitions_.transition_count();
  if (known < looked_at_ + looked_at_ / 4) return true;
  looked_at_ = known;
  prove_dead(generated);
  return !wrong_;
}

void Proof::finish(std::uint64_t generated) {
  const std::lock_guard guard(transitions_.lock());
  if (claims_.dead && !wrong_) prove_dead(generated);
  if (claims_.has_normal_form && !wrong_) prove_normal_form(generated);
  if (!symmetry_.is_trivial() && !wrong_) prove_symmetry(generated);
}

std::optional<PackedMessage> Proof::message_of(std::uint32_t subject) const {
  if (!TransitionCache::is_message(subject)) return std::nullopt;
  return transitions_.message(subject);
}

std::string Proof::name_of(std::uint32_t subject, std::uint32_t local) const {
  if (TransitionCache::is_message(subject)) return "a " + transitions_.message(subject).type->name;
  const Stimulus& stimulus = transitions_.stimulus(subject);
  switch (stimulus.kind) {
    case Input::Kind::timer:
      return "the timer " + transitions_.local(local).timers.at(stimulus.subject).type->name;
    case Input::Kind::start:
      return "its first boot";
    case Input::Kind::recover:
      return "a restart";
    case Input::Kind::crash:
      return "a crash";
    case Input::Kind::begin:
      return "the beginning of an operation";
    case Input::Kind::clock:
      return "a move of its clock";
    default:
      return "the end of a disk request";
  }
}

// ----- dead messages -----

bool Proof::is_sampled(std::uint32_t message) const {
  return dead_.one_of == 1 || is_chosen(transitions_.message_contribution(message), dead_.one_of);
}

std::uint32_t Proof::place_of(std::uint32_t message) {
  if (places_.size() <= message) places_.resize(transitions_.message_count(), PairMap::none);
  std::uint32_t& place = places_[message];
  if (place == PairMap::none) {
    auto& known = messages_[transitions_.receiver(message).value];
    place = static_cast<std::uint32_t>(known.size());
    known.push_back(message);
  }
  return place;
}

void Proof::make_room() {
  const std::size_t locals = transitions_.local_count();
  edges_.resize(locals);
  dead_at_.resize(locals);
  to_deliver_.resize(locals);
}

void Proof::prove_dead(std::uint64_t generated) {
  make_room();
  add_edges();
  for (; dropped_done_ < dropped_.size() && !wrong_; ++dropped_done_) {
    const Dropped& one = dropped_[dropped_done_];
    if (!is_sampled(one.message)) continue;
    add({one.local, place_of(one.message), one.crashes});
    follow();
    // Half of the messages are let go, and with them half of the cases.
    while (followed_ > cases_free + generated / generated_per_dead_case) {
      dead_.one_of *= 2;
      followed_ /= 2;
    }
  }
  if (!wrong_) prove_ignored();
}

void Proof::add_edges() {
  for (; edges_done_ < transitions_.transition_count() && !wrong_; ++edges_done_) {
    const auto id = static_cast<std::uint32_t>(edges_done_);
    const TransitionStep& step = transitions_.step(id);
    if ((step.flags & TransitionStep::moved) == 0 ||
        (step.flags & (TransitionStep::threw | TransitionStep::outside)) != 0)
      continue;
    const Transition& transition = transitions_.transition(id);
    const Edge edge{transition.before, transition.after, id, transition.kind == Input::Kind::crash};
    auto& edges = edges_[transition.before];
    const bool known = std::any_of(edges.begin(), edges.end(), [&](const Edge& one) {
      return one.after == edge.after && one.is_crash == edge.is_crash;
    });
    if (known) continue;
    edges.push_back(edge);
    for (const bool crashes : {false, true}) {
      // What is added there may lead back here, but never grows this list while it is read.
      const std::vector<std::uint64_t> words = dead_at_[transition.before][crashes ? 1 : 0];
      for (std::uint32_t word = 0; word < words.size(); ++word) {
        for (std::uint64_t left = words[word]; left != 0; left &= left - 1) {
          const auto bit = static_cast<std::uint32_t>(std::countr_zero(left));
          carry({transition.before, 64 * word + bit, crashes}, edge);
        }
      }
    }
    follow();
  }
}

void Proof::carry(const Case& one, const Edge& edge) {
  // Where no crash is left, none happens; after one there may be more.
  if (edge.is_crash && !one.crashes) return;
  const bool crashes = edge.is_crash ? may_crash_again() : one.crashes;
  add({edge.after, one.place, crashes});
}

void Proof::add(const Case& one) {
  const std::size_t word = one.place / 64;
  const std::uint64_t bit = std::uint64_t{1} << (one.place % 64);
  const auto is_known = [&](bool crashes) {
    const auto& words = dead_at_[one.local][crashes ? 1 : 0];
    return word < words.size() && (words[word] & bit) != 0;
  };
  // Where crashes are left, everything happens that happens without one.
  const bool is_delivered = is_known(false);
  if (is_known(true) || (is_delivered && !one.crashes)) return;
  const std::uint32_t message = messages_[node_of(one.local).value][one.place];
  if (!is_sampled(message)) return;
  auto& words = dead_at_[one.local][one.crashes ? 1 : 0];
  if (words.size() <= word) words.resize(word + 1);
  words[word] |= bit;
  ++dead_.cases;
  ++followed_;
  // To who is down nothing is delivered.
  if (!is_delivered && (transitions_.facts(one.local).flags & LocalFacts::running) != 0) {
    if (to_deliver_[one.local].empty()) waiting_.push_back(one.local);
    to_deliver_[one.local].push_back(message);
  }
  open_.push_back(one);
}

void Proof::follow() {
  while (!open_.empty()) {
    const Case one = open_.back();
    open_.pop_back();
    for (std::size_t i = 0; i < edges_[one.local].size(); ++i) carry(one, edges_[one.local][i]);
    // Worlds are kept under any names, and go on from there.
    const std::uint32_t message = messages_[node_of(one.local).value][one.place];
    for (std::size_t renaming = 1; renaming < symmetry_.group_size(); ++renaming) {
      const std::uint32_t local = symmetry_.local(one.local, renaming).id;
      const std::uint32_t renamed = symmetry_.message(message, renaming).id;
      make_room();
      add({local, place_of(renamed), one.crashes});
    }
  }
}

const Proof::Edge* Proof::edge_to(std::uint32_t local, std::uint32_t message) {
  const std::uint32_t place = place_of(message);
  const auto is_followed = [&](std::uint32_t at) {
    return std::any_of(dead_at_[at].begin(), dead_at_[at].end(), [&](const auto& words) {
      return place / 64 < words.size() && (words[place / 64] >> (place % 64) & 1) != 0;
    });
  };
  for (const std::vector<Edge>& edges : edges_) {
    for (const Edge& edge : edges) {
      if (edge.after == local && edge.before != local && is_followed(edge.before)) return &edge;
    }
  }
  return nullptr;
}

std::optional<WrongDeclaration> Proof::has_effect(std::uint32_t local, std::uint32_t message) {
  const NodeId node = node_of(local);
  if (transitions_.outcomes_of(local, message) ==
      TransitionCache::outcome_share(transitions_.facts(local).contribution, 0, Effects{}))
    return std::nullopt;
  WrongDeclaration wrong;
  wrong.reduction = "dead-messages";
  wrong.node = wrong.other_node = node;
  wrong.message = transitions_.message(message);
  if (claims_.dead(local, message, false)) {
    wrong.what = "a message is called dead in a state in which it has an effect";
    Transition transition;
    transition.node = node;
    wrong.state = wrong.other_state = transitions_.local(local);
    transitions_.perform(wrong.other_state, message, {}, transition);
    return wrong;
  }
  const Edge* const edge = edge_to(local, message);
  wrong.what = "a message that was called dead has an effect behind a later step";
  wrong.other_state = transitions_.local(local);
  wrong.state = edge == nullptr ? wrong.other_state : transitions_.local(edge->before);
  if (edge != nullptr) wrong.by = name_of(transitions_.subject_of(edge->transition), edge->before);
  return wrong;
}

void Proof::prove_ignored() {
  for (const std::uint32_t local : waiting_) {
    for (const std::uint32_t message : not_ignored(transitions_, local, to_deliver_[local])) {
      if (!wrong_) wrong_ = has_effect(local, message);
    }
    to_deliver_[local].clear();
  }
  waiting_.clear();
}

// ----- normal form -----

std::uint64_t Proof::expected(std::uint32_t met) {
  if (expected_.size() <= met) expected_.resize(transitions_.met().size());
  std::uint64_t& known = expected_[met];
  if (known != 0) return known;
  const TransitionCache::Met& pair = transitions_.met()[met];
  if (pair.first == TransitionCache::nothing) {
    known =
        TransitionCache::outcome_share(transitions_.facts(pair.local).contribution, 0, Effects{});
    return known;
  }
  for (std::uint32_t id = pair.first; id != PairMap::none; id = transitions_.step(id).next) {
    const TransitionStep& step = transitions_.step(id);
    known += TransitionCache::outcome_share(transitions_.facts(step.after).contribution,
                                            step.sent_change, transitions_.transition(id).effects);
  }
  return known;
}

void Proof::prove_normal_form(std::uint64_t generated) {
  make_room();
  left_as_.resize(transitions_.local_count());
  const auto met_count = static_cast<std::uint32_t>(transitions_.met().size());
  met_at_.assign(transitions_.local_count(), {});
  for (std::uint32_t met = 0; met < met_count; ++met) {
    const TransitionCache::Met& pair = transitions_.met()[met];
    if (transitions_.enabled(pair.local, pair.subject)) met_at_[pair.local].push_back(met);
  }
  const std::uint64_t allowed = cases_free / 2 + generated / generated_per_step;
  const auto transition_count = static_cast<std::uint32_t>(transitions_.transition_count());
  for (std::uint32_t id = 0; id < transition_count && !wrong_; ++id) {
    const std::uint8_t flags = transitions_.step(id).flags;
    if ((flags & TransitionStep::reset) == 0 || (flags & TransitionStep::threw) != 0) continue;
    repeats(id, transitions_.transition(id).before);
    while (!raw_.empty() && !wrong_) {
      const Raw one = raw_.back();
      raw_.pop_back();
      compare(one);
      // Half of the states are let go.
      if (compared_ > allowed) {
        normal_form_.one_of *= 2;
        compared_ /= 2;
      }
    }
  }
}

void Proof::add_raw(const Raw& raw) {
  if (raw.state == raw.normal || !raw_seen_.insert(raw.key()).second) return;
  constexpr std::size_t remembered = 4;
  std::vector<std::uint32_t>& left = left_as_[raw.normal];
  if (left.size() == remembered) left.erase(left.begin());
  left.push_back(raw.state);
  const std::uint64_t hash =
      mix(transitions_.hash_of_local(raw.state), transitions_.hash_of_local(raw.normal));
  if (is_chosen(hash, normal_form_.one_of)) raw_.push_back(raw);
}

bool Proof::repeats(std::uint32_t id, std::uint32_t before) {
  const std::uint32_t normal = transitions_.transition(id).after;
  const Transition again = transitions_.repeated(id, before, left_as_[normal]);
  const Raw raw{again.after, normal};
  return (raw.state == normal || raw_seen_.count(raw.key()) != 0 ||
          transitions_.has_normal_form(raw.state, normal)) &&
         transitions_.does_the_same(again, id) &&
         agree(again, normal, transitions_.speakers(id), transitions_.subject_of(id));
}

void Proof::compare(const Raw& raw) {
  if (!transitions_.shows_the_same(raw.state, raw.normal)) {
    wrong_ = differing("a node shows one thing in a state and another in its normal form", raw);
    return;
  }
  const auto count = [&](std::size_t cases) {
    normal_form_.cases += cases;
    compared_ += cases;
  };
  for (const std::uint32_t met : met_at_[raw.normal]) {
    const TransitionCache::Met pair = transitions_.met()[met];
    if (pair.first == TransitionCache::nothing) continue;
    count(1);
    bool same = true;
    for (std::uint32_t id = pair.first; same && id != PairMap::none;
         id = transitions_.step(id).next)
      same = repeats(id, raw.state);
    // Its outcomes may only come in another order.
    if (!same && !wrong_) comes_to(raw, pair.subject, expected(met), pair.first);
    if (wrong_) return;
  }
  const std::vector<std::uint32_t> ignored = ignored_at(raw.normal);
  count(ignored.size());
  const std::uint64_t no_effect =
      TransitionCache::outcome_share(transitions_.facts(raw.normal).contribution, 0, Effects{});
  for (const std::uint32_t subject : not_ignored(transitions_, raw.state, ignored)) {
    comes_to(raw, subject, no_effect, TransitionCache::nothing);
    if (wrong_) return;
  }
}

void Proof::comes_to(const Raw& raw, std::uint32_t subject, std::uint64_t wanted,
                     std::uint32_t first) {
  std::vector<Transition> taken;
  if (transitions_.outcomes_of(raw.state, subject, &taken) != wanted) {
    wrong_ = differing("a step does one thing in a state and another in its normal form", raw,
                       subject, raw.normal);
    return;
  }
  for (const Transition& one : taken) {
    if (one.effects.ignored || wrong_) continue;
    std::uint32_t id = first;
    while (id < TransitionCache::nothing &&
           !transitions_.has_normal_form(one.after, transitions_.transition(id).after))
      id = transitions_.step(id).next;
    if (id < TransitionCache::nothing) {
      agree(one, transitions_.transition(id).after, transitions_.speakers(id), subject);
    } else if (first == TransitionCache::nothing) {
      agree(one, raw.normal, 0, subject);
    }
  }
}

std::vector<std::uint32_t> Proof::ignored_at(std::uint32_t normal) const {
  std::vector<std::uint32_t> ignored;
  for (const std::uint32_t met : met_at_[normal]) {
    const TransitionCache::Met& pair = transitions_.met()[met];
    if (pair.first == TransitionCache::nothing) ignored.push_back(pair.subject);
  }
  // What was taken out is dead by the normal form, and must have no effect at the other state.
  if (!claims_.dead || (transitions_.facts(normal).flags & LocalFacts::running) == 0)
    return ignored;
  for (const std::vector<std::uint64_t>& words : dead_at_[normal]) {
    for (std::uint32_t word = 0; word < words.size(); ++word) {
      for (std::uint64_t bits = words[word]; bits != 0; bits &= bits - 1) {
        const auto bit = static_cast<std::uint32_t>(std::countr_zero(bits));
        ignored.push_back(messages_[node_of(normal).value][64 * word + bit]);
      }
    }
  }
  return ignored;
}

bool Proof::agree(const Transition& as_left, std::uint32_t normal, std::uint64_t speakers,
                  std::uint32_t subject) {
  const Raw raw{as_left.after, normal};
  add_raw(raw);
  const std::uint64_t one_speaks = transitions_.speakers(as_left) ^ speakers;
  if (one_speaks == 0) return true;
  const std::string property =
      claims_.property(static_cast<std::size_t>(std::countr_zero(one_speaks)));
  wrong_ = differing(property + " says one thing of a state and another of its normal form", raw,
                     subject, as_left.before);
  return false;
}

WrongDeclaration Proof::differing(std::string what, const Raw& raw) const {
  const NodeId node = node_of(raw.normal);
  return {"normal-form", std::move(what),
          node,          transitions_.local(raw.state),
          node,          transitions_.local(raw.normal)};
}

WrongDeclaration Proof::differing(std::string what, const Raw& raw, std::uint32_t subject,
                                  std::uint32_t at) const {
  WrongDeclaration wrong = differing(std::move(what), raw);
  wrong.message = message_of(subject);
  wrong.by = name_of(subject, at);
  return wrong;
}

// ----- symmetry -----

std::optional<std::uint32_t> Proof::renamed_subject(const TransitionCache::Met& met,
                                                    std::size_t renaming) {
  if (TransitionCache::is_message(met.subject)) return symmetry_.message(met.subject, renaming).id;
  Stimulus stimulus = transitions_.stimulus(met.subject);
  if (stimulus.kind != Input::Kind::timer) return met.subject;
  const TimerSlot wanted =
      symmetry_.timer(transitions_.local(met.local).timers.at(stimulus.subject), renaming);
  const auto& timers = transitions_.local(symmetry_.local(met.local, renaming).id).timers;
  const auto found = std::find_if(timers.begin(), timers.end(), [&](const TimerSlot& one) {
    return one.type == wanted.type && one.instance == wanted.instance && one.value == wanted.value;
  });
  if (found == timers.end()) return std::nullopt;
  stimulus.subject = static_cast<std::uint32_t>(found - timers.begin());
  return transitions_.subject_of(stimulus);
}

std::uint64_t Proof::expected_renamed(const TransitionCache::Met& met, std::size_t renaming) {
  if (met.first == TransitionCache::nothing)
    return TransitionCache::outcome_share(symmetry_.local(met.local, renaming).share, 0, Effects{});
  std::uint64_t shares = 0;
  for (std::uint32_t id = met.first; id != PairMap::none; id = transitions_.step(id).next) {
    const TransitionStep& step = transitions_.step(id);
    std::uint64_t sent = 0;
    for (std::uint32_t i = 0; i < step.send_count; ++i)
      sent += symmetry_.message(transitions_.send(step, i), renaming).share;
    shares += TransitionCache::outcome_share(symmetry_.local(step.after, renaming).share, sent,
                                             transitions_.transition(id).effects);
  }
  return shares;
}

void Proof::prove_symmetry(std::uint64_t generated) {
  const auto met_count = static_cast<std::uint32_t>(transitions_.met().size());
  const std::size_t renamings = symmetry_.group_size() - 1;
  commutes_.one_of =
      rate_for(met_count * renamings, cases_free / 2 + generated / generated_per_step);
  for (std::uint32_t position = 0; position < met_count && !wrong_; ++position) {
    const TransitionCache::Met met = transitions_.met()[position];
    if (!transitions_.enabled(met.local, met.subject)) continue;
    const std::uint64_t hash =
        mix(transitions_.hash_of_local(met.local), transitions_.hash_of_subject(met.subject));
    for (std::size_t renaming = 1; renaming <= renamings; ++renaming) {
      if (!is_chosen(mix(hash, renaming), commutes_.one_of)) continue;
      ++commutes_.cases;
      const std::uint32_t image = symmetry_.local(met.local, renaming).id;
      const std::optional<std::uint32_t> subject = renamed_subject(met, renaming);
      if (subject && transitions_.outcomes_of(image, *subject) == expected_renamed(met, renaming))
        continue;
      wrong_ = {"symmetry",
                "a step does something else under other names",
                node_of(met.local),
                transitions_.local(met.local),
                node_of(image),
                transitions_.local(image),
                message_of(met.subject),
                name_of(met.subject, met.local)};
      return;
    }
  }
}

}  // namespace stampede::engine

// Services: the deterministic state machine that clients use through a protocol, erased so that any
// protocol runs any service and checkers need one notion only.
//
// A service S is a described value with described types `Operation` and `Result` (variants of
// described alternatives), and
//   Result apply(const Operation&)                      the only way its state changes;
//                                                       deterministic
// as statics
//   Operation parse(const Document&)                    an operation as scenarios write it;
//                                                       InputError for anything else
//   std::vector<std::string> kinds()                    the kinds of operation for `mix:`
//   Operation generate(kind, const OperationTemplate&)  an operation of such a kind
// and optionally, as statics
//   const std::string& key(const Operation&)            operations on different keys are
//                                                       independent; a part of the operation
//   std::optional<std::vector<std::string_view>> keys(const Operation&)
//                                                       instead, where an operation has several
//                                                       keys, or may depend on all (nothing)
//   bool is_pure(const Operation&, const Result&)       this operation with this result never
//                                                       changes any state
//   std::optional<Result> predict(const Operation&)     a result known without state
//   Shape shape(const Operation&, const Result&)        for specialised checkers
//   std::vector<KeyedShape> shapes(const Operation&, const Result&)
//                                                       of a transaction: its steps, in order
//   Result parse_result(const Document&)                a result as it was written
//   bool uses_earlier_value(kind)                       false: finding one for generate() would be
//                                                       wasted
// A Result whose variant is called `outcome` needs no parse_result of its own.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "engine/core/document.hpp"
#include "engine/process/payload.hpp"

namespace stampede::engine {

/// A value in a shape: nothing, a text that the operation or its result holds, or a number. Refers
/// to the text, so it is valid as long as they are.
class ShapeValue {
 public:
  ShapeValue() = default;
  static ShapeValue of(std::string_view text) { return {Kind::text, text.data(), text.size()}; }
  static ShapeValue of(const std::string& text) { return of(std::string_view(text)); }
  static ShapeValue of(const std::optional<std::string>& text) {
    return text ? of(std::string_view(*text)) : ShapeValue();
  }
  static ShapeValue of(std::uint64_t number) { return {Kind::number, nullptr, number}; }

  [[nodiscard]] bool is_nothing() const { return kind_ == Kind::nothing; }
  [[nodiscard]] bool is_text() const { return kind_ == Kind::text; }
  [[nodiscard]] bool is_number() const { return kind_ == Kind::number; }
  /// REQUIRES: it is one.
  [[nodiscard]] std::string_view text() const {
    ASSERT(is_text());
    return {text_, size_or_number_};
  }
  [[nodiscard]] std::uint64_t number() const {
    ASSERT(is_number());
    return size_or_number_;
  }

  friend bool operator==(const ShapeValue& left, const ShapeValue& right) {
    if (left.kind_ != right.kind_) return false;
    return left.is_text() ? left.text() == right.text()
                          : left.size_or_number_ == right.size_or_number_;
  }

 private:
  enum class Kind : std::uint8_t { nothing, text, number };
  ShapeValue(Kind kind, const char* text, std::uint64_t size_or_number)
      : kind_(kind), text_(text), size_or_number_(size_or_number) {}

  Kind kind_ = Kind::nothing;
  const char* text_ = nullptr;
  std::uint64_t size_or_number_ = 0;
};

/// What an operation with its result does, for checkers that know such shapes.
struct Shape {
  enum class Kind {
    other,
    read,
    write,
    cas,
    failed_cas,
    append,
    read_list,
    /// First in, first out: puts `writes` there, takes `reads` (nothing: it was empty).
    enqueue,
    dequeue,
    /// The same, last in, first out.
    push,
    pop,
    /// The text that is there (absent counts as empty) gets longer by `writes`.
    extend_text,
    /// A member of a set that only grows by such additions; `read_list` sees all of them, sorted.
    add_member,
    /// The number that is there grows by the number `writes` (modulo 2^64); `read` sees it.
    add,
    /// Asks for a lock for the owner `writes`; `reads` is the token given, nothing if refused.
    acquire,
    /// Gives the lock back that is held under the token `writes` (0: any); `reads` is nothing if it
    /// was not held so.
    release,
    /// Sees the owner `writes` of a lock (nothing: nobody) and the last token given, `reads`.
    read_lock,
  };
  Kind kind = Kind::other;
  /// Value read or expected, and value written, compared for equality only.
  ShapeValue reads{};
  ShapeValue writes{};
  /// read_list: what was read. Belongs to the result.
  const std::vector<std::string>* list = nullptr;
};

/// A step of a transaction, and the key that it is about. Refers to what operation and result hold.
struct KeyedShape {
  std::string_view key;
  Shape shape{};
};

/// What generated workloads draw from: the kinds of operation a service offers (`read`, `write`,
/// `cas`, ...).
struct OperationTemplate {
  std::string key;
  /// Never written before by any client of the run.
  std::string unique_value;
  /// A value written earlier (for cas: what is perhaps there), else empty.
  std::string earlier_value;
  /// Further keys, for services whose operations have several; perhaps `key` again.
  std::vector<std::string> more_keys{};
};

struct ServiceType {
  std::string_view name;
  const PayloadType* state = nullptr;
  Payload initial;
  /// The state after, and the result. The state is an immutable payload here: specifications and
  /// exploration use this.
  std::pair<Payload, Result> (*apply)(const Payload& state, const Operation& operation) = nullptr;
  /// Refers to what the operation holds. At most one of `key` and `keys` is there; without both,
  /// any operation may depend on any other.
  std::string_view (*key)(const Operation&) = nullptr;
  std::optional<std::vector<std::string_view>> (*keys)(const Operation&) = nullptr;
  bool (*is_pure)(const Operation&, const Result&) = nullptr;
  std::optional<Result> (*predict)(const Operation&) = nullptr;
  Shape (*shape)(const Operation&, const Result&) = nullptr;
  /// Of services with transactions; none for a result that the operation cannot have.
  std::vector<KeyedShape> (*shapes)(const Operation&, const Result&) = nullptr;
  /// `{ put: [x, 1] }` as an operation; InputError with place for anything else.
  Operation (*parse)(const Document&) = nullptr;
  /// `{"value":"1"}` as a result, as it was written; InputError with place for anything else. Null
  /// for services that cannot.
  Result (*parse_result)(const Document&) = nullptr;
  /// Kinds of operation for `mix:`, and an operation of such a kind.
  std::vector<std::string> kinds;
  Operation (*generate)(std::string_view kind, const OperationTemplate&) = nullptr;
  /// False for kinds to which OperationTemplate::earlier_value means nothing: finding one costs.
  bool (*uses_earlier_value)(std::string_view kind) = nullptr;
  /// Mutable states, for replicas: made from, changed in place, copied.
  std::shared_ptr<void> (*clone)(const void* state) = nullptr;
  Result (*apply_in_place)(void* state, const Operation& operation) = nullptr;
};

/// The service state inside a replica: a value (copy, ==, <, hash) that is changed in place by
/// apply(). Copies share until changed.
class ServiceState {
 public:
  ServiceState() = default;
  explicit ServiceState(const ServiceType& type) : type_(&type) {}

  [[nodiscard]] explicit operator bool() const { return type_ != nullptr; }
  [[nodiscard]] const ServiceType& type() const { return *type_; }
  Result apply(const Operation& operation) {
    ASSERT(type_ != nullptr);
    own();
    return type_->apply_in_place(state_.get(), operation);
  }
  [[nodiscard]] const void* content() const {
    return state_ ? state_.get() : type_->initial.content();
  }
  /// Hash of the content. Costs O(state): for convergence, exploration and tests, not for every
  /// step.
  [[nodiscard]] std::uint64_t digest() const;
  void append_hash(Hasher& hasher) const { hasher.add(type_ == nullptr ? 0 : digest()); }
  friend bool operator==(const ServiceState& left, const ServiceState& right) {
    if (left.type_ != right.type_) return false;
    if (left.type_ == nullptr || left.state_ == right.state_) return true;
    return left.type_->state->equal(left.content(), right.content());
  }
  friend bool operator<(const ServiceState& left, const ServiceState& right) {
    if (left.type_ == nullptr || right.type_ == nullptr)
      return left.type_ == nullptr && right.type_ != nullptr;
    return left.type_->state->less(left.content(), right.content());
  }

 private:
  void own() {
    if (!state_) {
      state_ = type_->clone(type_->initial.content());
    } else if (state_.use_count() > 1) {
      state_ = type_->clone(state_.get());
    }
  }

  const ServiceType* type_ = nullptr;
  std::shared_ptr<void> state_;
};

inline void write_value(JsonWriter& writer, const ServiceState& state) {
  if (state) {
    state.type().state->write(writer, state.content());
  } else {
    writer.null();
  }
}

/// The sequential specification that checkers see: states, operations and results as small numbers,
/// interned by full equality, with each (state, operation) computed once. The service is its own
/// specification.
class Specification {
 public:
  explicit Specification(const ServiceType& type);

  struct Transition {
    std::uint32_t state;
    std::uint32_t result;
  };
  static constexpr std::uint32_t initial_state = 0;

  std::uint32_t intern_operation(const Operation& operation);
  std::uint32_t intern_result(const Result& result);
  /// Runs operation `operation` in state `state`, both interned.
  Transition apply(std::uint32_t state, std::uint32_t operation);

  [[nodiscard]] const ServiceType& type() const { return *type_; }
  [[nodiscard]] const Payload& state(std::uint32_t id) const { return states_.values[id]; }
  [[nodiscard]] const Operation& operation(std::uint32_t id) const {
    return operations_.values[id];
  }
  [[nodiscard]] const Result& result(std::uint32_t id) const { return results_.values[id]; }
  /// Partition of the operation; the empty text if the service has no keys.
  [[nodiscard]] std::string_view key(const Operation& operation) const;
  [[nodiscard]] bool is_pure(std::uint32_t operation, std::uint32_t result) const;
  [[nodiscard]] std::size_t state_count() const { return states_.values.size(); }

 private:
  struct HashPayload {
    std::size_t operator()(const Payload& payload) const { return payload.hash(); }
  };
  struct Pool {
    std::vector<Payload> values;
    std::unordered_map<Payload, std::uint32_t, HashPayload> ids;  // looked up, never iterated
    std::uint32_t intern(const Payload& value);
  };

  const ServiceType* type_;
  Pool states_;
  Pool operations_;
  Pool results_;
  std::unordered_map<std::uint64_t, Transition> transitions_;  // looked up, never iterated
};

/// The alternative of the variant that has exactly the members which the document names.
template <class Outcome>
Outcome read_alternative(const Document& document) {
  Outcome result;
  bool found = false;
  std::string forms;
  document.expect_mapping("a result");
  const auto try_alternative = [&]<class Alternative>(Alternative value) {
    const std::vector<std::string> members = member_names<Alternative>();
    forms += (forms.empty() ? "{ " : " or { ") + comma_list(members) + " }";
    if (found || members.size() != document.entries.size()) return;
    for (const std::string& member : members) {
      if (document.find(member) == nullptr) return;
    }
    read(document, value);
    result = std::move(value);
    found = true;
  };
  [&]<std::size_t... index>(std::index_sequence<index...>) {
    (try_alternative(std::variant_alternative_t<index, Outcome>{}), ...);
  }
  (std::make_index_sequence<std::variant_size_v<Outcome>>());
  if (!found) document.fail("the service has no such result", "write " + forms);
  return result;
}

namespace detail {
template <class S>
void add_shapes(ServiceType& type) {
  using Op = typename S::Operation;
  using Re = typename S::Result;
  if constexpr (requires(const Op& operation, const Re& result) { S::shape(operation, result); }) {
    type.shape = [](const Operation& operation, const Result& result) {
      return S::shape(operation.as<Op>(), result.as<Re>());
    };
  }
  if constexpr (requires(const Op& operation, const Re& result) { S::shapes(operation, result); }) {
    type.shapes = [](const Operation& operation, const Result& result) {
      return S::shapes(operation.as<Op>(), result.as<Re>());
    };
  }
}

template <class S>
ServiceType make_service_type() {
  using Op = typename S::Operation;
  using Re = typename S::Result;
  ServiceType type;
  type.name = type_name<S>();
  type.state = &payload_type<S>();
  type.initial = Payload::of(S{});
  type.apply = [](const Payload& state, const Operation& operation) {
    S next = state.as<S>();
    Result result = Payload::of(next.apply(operation.as<Op>()));
    return std::pair{Payload::of(std::move(next)), std::move(result)};
  };
  type.clone = [](const void* state) -> std::shared_ptr<void> {
    return std::make_shared<S>(*static_cast<const S*>(state));
  };
  type.apply_in_place = [](void* state, const Operation& operation) {
    return Payload::of(static_cast<S*>(state)->apply(operation.as<Op>()));
  };
  if constexpr (requires(const Op& operation) { S::key(operation); }) {
    static_assert(std::is_reference_v<decltype(S::key(std::declval<const Op&>()))>,
                  "a key is a part of its operation");
    type.key = [](const Operation& operation) -> std::string_view {
      return S::key(operation.as<Op>());
    };
  }
  if constexpr (requires(const Op& operation) { S::keys(operation); }) {
    type.keys = [](const Operation& operation) { return S::keys(operation.as<Op>()); };
  }
  if constexpr (requires(const Op& operation, const Re& result) {
                  S::is_pure(operation, result);
                }) {
    type.is_pure = [](const Operation& operation, const Result& result) {
      return S::is_pure(operation.as<Op>(), result.as<Re>());
    };
  }
  if constexpr (requires(const Op& operation) { S::predict(operation); }) {
    type.predict = [](const Operation& operation) -> std::optional<Result> {
      if (auto result = S::predict(operation.as<Op>())) return Payload::of(std::move(*result));
      return std::nullopt;
    };
  }
  add_shapes<S>(type);
  type.parse = [](const Document& document) { return Payload::of(S::parse(document)); };
  if constexpr (requires(const Document& document) { S::parse_result(document); }) {
    type.parse_result = [](const Document& document) -> Result {
      return Payload::of(S::parse_result(document));
    };
  } else if constexpr (requires(Re & result) { result.outcome; }) {
    type.parse_result = [](const Document& document) -> Result {
      return Payload::of(Re{read_alternative<decltype(Re::outcome)>(document)});
    };
  }
  type.kinds = S::kinds();
  type.uses_earlier_value = [](std::string_view kind) {
    if constexpr (requires { S::uses_earlier_value(kind); }) return S::uses_earlier_value(kind);
    return true;
  };
  type.generate = [](std::string_view kind, const OperationTemplate& request) {
    return Payload::of(S::generate(kind, request));
  };
  return type;
}
}  // namespace detail

/// The erased form of service S. Static lifetime.
template <class S>
const ServiceType& service_type() {
  static const ServiceType type = detail::make_service_type<S>();
  return type;
}

}  // namespace stampede::engine

#include "models/service/lock.hpp"

#include "models/service/operation_form.hpp"

namespace stampede::models::service {

using engine::Shape;
using engine::ShapeValue;

LockResult Lock::apply(const LockOperation& operation) {
  if (std::holds_alternative<lock::Read>(operation.call)) return {lock::Found{owner, token}};
  if (const auto* acquire = std::get_if<lock::Acquire>(&operation.call)) {
    if (owner) return {lock::Granted{}};
    owner = acquire->owner;
    return {lock::Granted{++token}};
  }
  const auto& release = std::get<lock::Release>(operation.call);
  if (!owner || (release.token != 0 && release.token != token)) return {lock::Released{false}};
  owner.reset();
  return {lock::Released{}};
}

bool Lock::is_pure(const LockOperation& operation, const LockResult& result) {
  if (std::holds_alternative<lock::Read>(operation.call)) return true;
  if (const auto* granted = std::get_if<lock::Granted>(&result.outcome)) return !granted->token;
  const auto* released = std::get_if<lock::Released>(&result.outcome);
  return released != nullptr && !released->ok;
}

Shape Lock::shape(const LockOperation& operation, const LockResult& result) {
  if (const auto* acquire = std::get_if<lock::Acquire>(&operation.call)) {
    const auto* granted = std::get_if<lock::Granted>(&result.outcome);
    if (granted == nullptr) return {};
    return {Shape::Kind::acquire, granted->token ? ShapeValue::of(*granted->token) : ShapeValue(),
            ShapeValue::of(acquire->owner), nullptr};
  }
  if (const auto* release = std::get_if<lock::Release>(&operation.call)) {
    const auto* released = std::get_if<lock::Released>(&result.outcome);
    if (released == nullptr) return {};
    return {Shape::Kind::release, released->ok ? ShapeValue::of(release->token) : ShapeValue(),
            ShapeValue::of(release->token), nullptr};
  }
  const auto* found = std::get_if<lock::Found>(&result.outcome);
  if (found == nullptr) return {};
  return {Shape::Kind::read_lock, ShapeValue::of(found->token), ShapeValue::of(found->owner),
          nullptr};
}

LockOperation Lock::parse(const engine::Document& document) {
  const OperationForm form = read_operation_form(document, {"read", "acquire", "release"});
  if (form.name == "acquire") return {lock::Acquire{text_argument(form, "owner")}};
  if (form.name == "release") {
    return {
        lock::Release{static_cast<std::uint64_t>(integer_argument(form, "token", 0, INT64_MAX))}};
  }
  expect_no_argument(form);
  return {lock::Read{}};
}

std::vector<std::string> Lock::kinds() { return {"read", "acquire", "release"}; }

LockOperation Lock::generate(std::string_view kind, const engine::OperationTemplate& request) {
  if (kind == "read") return {lock::Read{}};
  if (kind == "acquire") return {lock::Acquire{request.unique_value}};
  ASSERT(kind == "release");
  return {lock::Release{0}};  // a workload is made before the tokens are known
}

void write_value(engine::JsonWriter& writer, const LockOperation& operation) {
  if (const auto* acquire = std::get_if<lock::Acquire>(&operation.call)) {
    write_form(writer, "acquire", acquire->owner);
  } else if (const auto* release = std::get_if<lock::Release>(&operation.call)) {
    writer.begin_object();
    writer.key("release").unsigned_integer(release->token);
    writer.end_object();
  } else {
    writer.text("read");
  }
}

void write_value(engine::JsonWriter& writer, const LockResult& result) {
  std::visit([&](const auto& outcome) { engine::write(writer, outcome); }, result.outcome);
}

}  // namespace stampede::models::service

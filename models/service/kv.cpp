#include "models/service/kv.hpp"

#include "models/service/operation_form.hpp"

namespace stampede::models::service {
namespace {

using engine::Shape;
using engine::ShapeValue;

struct Apply {
  std::map<std::string, std::string>& entries;

  KvResult operator()(const kv::Get& get) const {
    const auto found = entries.find(get.key);
    if (found == entries.end()) return {kv::Found{}};
    return {kv::Found{found->second}};
  }
  KvResult operator()(const kv::Put& put) const {
    entries[put.key] = put.value;
    return {kv::Done{}};
  }
  KvResult operator()(const kv::Append& append) const {
    entries[append.key] += append.suffix;
    return {kv::Done{}};
  }
  KvResult operator()(const kv::CompareAndSet& cas) const {
    const auto found = entries.find(cas.key);
    if (found == entries.end() || found->second != cas.expected) return {kv::Done{false}};
    found->second = cas.value;
    return {kv::Done{}};
  }
  KvResult operator()(const kv::Delete& removal) const {
    entries.erase(removal.key);
    return {kv::Done{}};
  }
  KvResult operator()(const kv::Create& create) const {
    return {kv::Done{entries.emplace(create.key, create.value).second}};
  }
};

}  // namespace

KvResult Kv::apply(const KvOperation& operation) {
  return std::visit(Apply{entries}, operation.call);
}

const std::string& Kv::key(const KvOperation& operation) {
  return std::visit([](const auto& call) -> const std::string& { return call.key; },
                    operation.call);
}

bool Kv::is_pure(const KvOperation& operation, const KvResult& result) {
  if (std::holds_alternative<kv::Get>(operation.call)) return true;
  const bool may_fail = std::holds_alternative<kv::CompareAndSet>(operation.call) ||
                        std::holds_alternative<kv::Create>(operation.call);
  if (!may_fail) return false;
  const auto* done = std::get_if<kv::Done>(&result.outcome);
  return done != nullptr && !done->ok;
}

std::optional<KvResult> Kv::predict(const KvOperation& operation) {
  const bool depends_on_state = std::holds_alternative<kv::Get>(operation.call) ||
                                std::holds_alternative<kv::CompareAndSet>(operation.call) ||
                                std::holds_alternative<kv::Create>(operation.call);
  if (depends_on_state) return std::nullopt;
  return KvResult{kv::Done{}};
}

Shape Kv::shape(const KvOperation& operation, const KvResult& result) {
  if (std::holds_alternative<kv::Get>(operation.call)) {
    const auto* found = std::get_if<kv::Found>(&result.outcome);
    if (found == nullptr) return {};
    return {Shape::Kind::read, ShapeValue::of(found->value), {}, nullptr};
  }
  const auto* done = std::get_if<kv::Done>(&result.outcome);
  if (done == nullptr) return {};
  if (const auto* cas = std::get_if<kv::CompareAndSet>(&operation.call)) {
    return {done->ok ? Shape::Kind::cas : Shape::Kind::failed_cas, ShapeValue::of(cas->expected),
            ShapeValue::of(cas->value), nullptr};
  }
  if (const auto* create = std::get_if<kv::Create>(&operation.call)) {
    return {done->ok ? Shape::Kind::cas : Shape::Kind::failed_cas, ShapeValue(),
            ShapeValue::of(create->value), nullptr};
  }
  if (!done->ok) return {};
  if (const auto* put = std::get_if<kv::Put>(&operation.call)) {
    return {Shape::Kind::write, {}, ShapeValue::of(put->value), nullptr};
  }
  if (std::holds_alternative<kv::Delete>(operation.call)) {
    return {Shape::Kind::write, {}, {}, nullptr};
  }
  return {Shape::Kind::extend_text,
          {},
          ShapeValue::of(std::get<kv::Append>(operation.call).suffix),
          nullptr};
}

KvOperation Kv::parse(const engine::Document& document) {
  const OperationForm form =
      read_operation_form(document, {"get", "put", "append", "cas", "create", "delete"});
  if (form.name == "get") return {kv::Get{text_argument(form, "key")}};
  if (form.name == "delete") return {kv::Delete{text_argument(form, "key")}};
  if (form.name == "put") {
    const auto texts = text_arguments(form, {"key", "value"});
    return {kv::Put{texts[0], texts[1]}};
  }
  if (form.name == "append") {
    const auto texts = text_arguments(form, {"key", "suffix"});
    return {kv::Append{texts[0], texts[1]}};
  }
  if (form.name == "create") {
    const auto texts = text_arguments(form, {"key", "value"});
    return {kv::Create{texts[0], texts[1]}};
  }
  const auto texts = text_arguments(form, {"key", "expected", "value"});
  return {kv::CompareAndSet{texts[0], texts[1], texts[2]}};
}

std::vector<std::string> Kv::kinds() { return {"read", "write", "append", "cas", "delete"}; }

KvOperation Kv::generate(std::string_view kind, const engine::OperationTemplate& request) {
  if (kind == "read") return {kv::Get{request.key}};
  if (kind == "write") return {kv::Put{request.key, request.unique_value}};
  if (kind == "append") return {kv::Append{request.key, request.unique_value}};
  if (kind == "delete") return {kv::Delete{request.key}};
  ASSERT(kind == "cas");
  return {kv::CompareAndSet{request.key, request.earlier_value, request.unique_value}};
}

namespace {

struct WriteKvCall {
  engine::JsonWriter& writer;

  void operator()(const kv::Get& get) const { write_form(writer, "get", get.key); }
  void operator()(const kv::Put& put) const { write_form(writer, "put", {put.key, put.value}); }
  void operator()(const kv::Append& append) const {
    write_form(writer, "append", {append.key, append.suffix});
  }
  void operator()(const kv::CompareAndSet& cas) const {
    write_form(writer, "cas", {cas.key, cas.expected, cas.value});
  }
  void operator()(const kv::Create& create) const {
    write_form(writer, "create", {create.key, create.value});
  }
  void operator()(const kv::Delete& removal) const { write_form(writer, "delete", removal.key); }
};

}  // namespace

void write_value(engine::JsonWriter& writer, const KvOperation& operation) {
  std::visit(WriteKvCall{writer}, operation.call);
}

void write_value(engine::JsonWriter& writer, const KvResult& result) {
  std::visit([&](const auto& outcome) { engine::write(writer, outcome); }, result.outcome);
}

void write_value(engine::JsonWriter& writer, const Kv& store) {
  writer.begin_object();
  for (const auto& [key, value] : store.entries) writer.key(key).text(value);
  writer.end_object();
}

}  // namespace stampede::models::service

#include "models/service/mutex.hpp"

#include "models/service/operation_form.hpp"

namespace stampede::models::service {

MutexResult Mutex::apply(const MutexOperation& operation) {
  if (const auto* acquire = std::get_if<mutex::Acquire>(&operation.call)) {
    if (owner) return {mutex::Done{false}};
    owner = acquire->owner;
    return {mutex::Done{}};
  }
  const auto& release = std::get<mutex::Release>(operation.call);
  if (!owner || (!release.owner.empty() && release.owner != *owner)) return {mutex::Done{false}};
  owner.reset();
  return {mutex::Done{}};
}

bool Mutex::is_pure(const MutexOperation&, const MutexResult& result) {
  return !std::get<mutex::Done>(result.outcome).ok;
}

MutexOperation Mutex::parse(const engine::Document& document) {
  const OperationForm form = read_operation_form(document, {"acquire", "release"});
  const std::string& owner = text_argument(form, "owner");
  if (form.name == "acquire") return {mutex::Acquire{owner}};
  return {mutex::Release{owner}};
}

std::vector<std::string> Mutex::kinds() { return {"acquire", "release"}; }

MutexOperation Mutex::generate(std::string_view kind, const engine::OperationTemplate& request) {
  if (kind == "acquire") return {mutex::Acquire{request.unique_value}};
  ASSERT(kind == "release");
  return {mutex::Release{}};  // a workload is made before it is known who will hold it
}

void write_value(engine::JsonWriter& writer, const MutexOperation& operation) {
  if (const auto* acquire = std::get_if<mutex::Acquire>(&operation.call)) {
    write_form(writer, "acquire", acquire->owner);
  } else {
    write_form(writer, "release", std::get<mutex::Release>(operation.call).owner);
  }
}

void write_value(engine::JsonWriter& writer, const MutexResult& result) {
  std::visit([&](const auto& outcome) { engine::write(writer, outcome); }, result.outcome);
}

}  // namespace stampede::models::service

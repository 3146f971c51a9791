#include "engine/world/state_edit.hpp"

#include "engine/process/process_type.hpp"

namespace stampede::engine {

void write_state_edit(JsonWriter& json, const ProcessValue* before, const ProcessValue& after) {
  if (before != nullptr && &before->type() == &after.type())
    return after.type().write_edit(json, before->get(), after.get());
  json.begin_object();
  after.type().write(json.key("to"), after.get());
  json.end_object();
}

}  // namespace stampede::engine

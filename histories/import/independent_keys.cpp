#include "histories/import/independent_keys.hpp"

namespace stampede::histories {

using engine::Document;

namespace {

bool is_named(const ForeignEvent& event, const char* name) {
  return event.f.is_scalar() && plain_name(event.f.text) == name;
}

}  // namespace

bool is_keyed_cas(const Document& value) { return value.is_sequence() && value.items.size() == 3; }

bool asks_of_key(const ForeignEvent& invocation) {
  const Document& value = invocation.value;
  return value.is_sequence() && value.items.size() == 2 &&
         value.items[0].kind != Document::Kind::null && value.items[1].kind == Document::Kind::null;
}

bool names_key(const ForeignEvent& event) {
  if (!event.value.is_sequence()) return false;
  return event.value.items.size() == 2 || (is_named(event, "cas") && is_keyed_cas(event.value));
}

void forget_key(ForeignEvent& event) {
  if (event.key) {
    event.key.reset();
  } else if (event.value.items.size() == 3) {
    event.value.items.erase(event.value.items.begin());
  } else {
    event.value = Document(event.value.items[1]);
  }
}

bool reads_name_keys(const std::vector<ForeignEvent>& events) {
  bool any = false;
  for (const ForeignEvent& event : events) {
    if (event.type != ForeignEvent::Type::invoke || !is_named(event, "read")) continue;
    if (!event.key && !asks_of_key(event)) return false;
    any = true;
  }
  return any;
}

}  // namespace stampede::histories

#include "histories/import/service_choice.hpp"

#include <set>

#include "checkers/open_shape.hpp"
#include "histories/import/bank_import.hpp"

namespace stampede::histories {

using engine::Document;

void choose_service(const ImportSettings& settings, const Document& place,
                    ImportedHistory& imported) {
  if (imported.model.empty()) {
    place.fail("what these operations belong to is not known",
               "name a model: --model " + engine::comma_list(settings.service_names));
  }
  // Runs write the name of the service's type: Kv.
  if (imported.model[0] >= 'A' && imported.model[0] <= 'Z') imported.model[0] += 'a' - 'A';
  const std::string service = is_bank(imported.model) ? "register" : imported.model;
  imported.type = settings.find_service ? settings.find_service(service) : nullptr;
  if (imported.type == nullptr) {
    engine::fail_unknown(place.place(), "model", imported.model, settings.service_names,
                         "models: " + engine::comma_list(settings.service_names));
  }
  if (imported.type->parse_result == nullptr) {
    place.fail("results of model '" + imported.model + "' cannot be read",
               "name a model whose results can: --model register or kv");
  }
}

void begin_with(const std::string& value, ImportedHistory& imported) {
  const engine::ServiceType& type = *imported.type;
  if (imported.model != "register" && imported.model != "cas-register" && imported.model != "kv" &&
      !is_bank(imported.model)) {
    throw engine::InputError(
        "an initial value is for registers and key-value stores, not for " + imported.model,
        "leave --initial out");
  }
  auto own = std::make_shared<engine::ServiceType>(type);
  const auto set = [&](const engine::Operation& operation) {
    own->initial = type.apply(own->initial, operation).first;
  };
  const auto text = [](std::string content) {
    Document document;
    document.kind = Document::Kind::scalar;
    document.text = std::move(content);
    document.quoted = true;
    return document;
  };
  Document write;
  write.kind = Document::Kind::mapping;
  if (type.key == nullptr) {
    write.entries.push_back({"write", 0, 0, text(value)});
    set(type.parse(write));
  } else {
    std::set<std::string> keys;
    for (const engine::HistoryOperation& operation : imported.history.operations()) {
      if (checkers::open_shape(type, operation.operation).shape.kind ==
          engine::Shape::Kind::extend_text) {
        throw engine::InputError("an initial value is not for texts that are appended to",
                                 "leave --initial out: they begin empty");
      }
      keys.emplace(type.key(operation.operation));
    }
    for (const std::string& key : keys) {
      Document pair;
      pair.kind = Document::Kind::sequence;
      pair.items = {text(key), text(value)};
      write.entries = {{"put", 0, 0, std::move(pair)}};
      set(type.parse(write));
    }
  }
  imported.own_type = own;
  imported.type = imported.own_type.get();
}

}  // namespace stampede::histories

#include "scenarios/documents/json_schema.hpp"

#include <nlohmann/json.hpp>

#include "engine/core/error.hpp"
#include "engine/core/json.hpp"
#include "scenarios/documents/yaml.hpp"

namespace stampede::scenarios {
namespace {

using Json = nlohmann::ordered_json;

/// `{ key: [..] }`, with a list that `values` describes.
Json list_under(const std::string& key, const Json& values) {
  Json list = {{"type", "array"}};
  list.update(values);
  return {{"type", "object"},
          {"additionalProperties", false},
          {"properties", {{key, list}}},
          {"required", Json::array({key})}};
}

/// A scalar of this form, or what the seed picks one from.
Json open_form(const Json& closed, bool ordered) {
  Json forms = Json::array({closed, list_under("one_of", {{"minItems", 1}, {"items", closed}})});
  if (ordered) {
    forms.push_back(list_under("between", {{"minItems", 2}, {"maxItems", 2}, {"items", closed}}));
  }
  return {{"anyOf", forms}};
}

/// A text of this pattern; as a plain 0 YAML makes a number of what could have a unit.
Json with_unit(const std::string& sign, const std::string& units) {
  return {{"type", {"string", "integer"}},
          {"pattern", "^(0|" + sign + "[0-9]+(\\.[0-9]+)?(" + units + "))$"},
          {"minimum", 0},
          {"maximum", 0}};
}

/// A whole number that may have a unit.
Json counted(const std::string& pattern) {
  return {{"type", {"string", "integer"}}, {"pattern", pattern}, {"minimum", 0}};
}

Json from_yaml(const std::string& text) {
  const engine::Document document = parse_yaml("value: " + text, "a table");
  return Json::parse(engine::to_json(document.at("value")));
}

/// Writes schemas, and keeps what those with a name say.
class Writer {
 public:
  /// A reference to what has a name, else what it says; and what holds by default.
  Json write(const Schema& schema) {
    Json json = meaning(schema);
    if (!schema.by_default.empty()) json["default"] = from_yaml(schema.by_default);
    return json;
  }

  Json meaning(const Schema& schema) {
    const std::string& name = schema.defined_as;
    if (name.empty()) return body(schema);
    Json said = body(schema);
    const auto known = definitions_.find(name);
    if (known == definitions_.end()) {
      definitions_[name] = std::move(said);
    } else {
      ASSERT(*known == said);
    }
    return {{"$ref", "#/$defs/" + name}};
  }

  /// What a schema says, whatever its name.
  Json body(const Schema& schema) {
    const std::string time_units = "ns|us|ms|s|min|h";
    const std::string rate_units = "%|ppm";
    switch (schema.kind) {
      case Schema::Kind::any:
        return Json::object();
      case Schema::Kind::boolean:
        return open_form({{"type", "boolean"}}, false);
      case Schema::Kind::integer:
        return open_form({{"type", "integer"}, {"minimum", schema.low}, {"maximum", schema.high}},
                         true);
      case Schema::Kind::duration:
        return open_form(with_unit("", time_units), true);
      case Schema::Kind::offset:
        return open_form(with_unit("-?", time_units), true);
      case Schema::Kind::rate:
        return open_form(with_unit("", rate_units), true);
      case Schema::Kind::signed_rate:
        return open_form(with_unit("-?", rate_units), true);
      case Schema::Kind::budget:
        return counted("^([0-9]+[kMG]?|unlimited)$");
      case Schema::Kind::count:
        return open_form(counted("^[0-9]+[kMG]?$"), true);
      case Schema::Kind::text:
        return open_form({{"type", {"string", "number", "boolean", "null"}}}, false);
      case Schema::Kind::name:
        return open_form({{"enum", schema.values}}, false);
      case Schema::Kind::list:
        return {{"type", "array"}, {"items", write(*schema.element)}};
      case Schema::Kind::mapping:
        return mapping_body(schema);
      case Schema::Kind::choice: {
        Json alternatives = Json::array();
        for (const SchemaPtr& alternative : schema.alternatives)
          alternatives.push_back(write(*alternative));
        return {{"anyOf", alternatives}};
      }
    }
    return {};
  }

  /// By name, each behind those it uses.
  [[nodiscard]] const Json& definitions() const { return definitions_; }

 private:
  Json mapping_body(const Schema& schema) {
    Json json = {{"type", "object"}, {"additionalProperties", false}};
    Json& properties = json["properties"] = Json::object();
    Json required = Json::array();
    for (const Field& field : schema.fields) {
      Json& property = properties[field.name] = write(*field.schema);
      if (!field.about.empty()) property["description"] = field.about;
      if (field.required) required.push_back(field.name);
    }
    if (!required.empty()) json["required"] = std::move(required);
    for (const std::string& key : schema.exactly_one)
      json["oneOf"].push_back({{"required", {key}}});
    return json;
  }

  Json definitions_ = Json::object();
};

}  // namespace

std::string json_schema(const Schema& schema, const std::string& title, const std::string& about) {
  Json json = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
               {"title", title},
               {"description", about}};
  Writer writer;
  json.update(writer.body(schema));
  json["$defs"] = writer.definitions();
  return json.dump(2) + "\n";
}

}  // namespace stampede::scenarios

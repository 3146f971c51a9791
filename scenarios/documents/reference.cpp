#include "scenarios/documents/reference.hpp"

#include <algorithm>

#include "engine/core/document.hpp"

namespace stampede::scenarios {
namespace {

constexpr std::size_t columns = 118;

std::string code(const std::string& text) { return "`" + text + "`"; }

/// `text` in lines of at most `columns`, the first after `bullet`, the others below its text.
std::string wrapped(const std::string& bullet, const std::string& text) {
  const std::string indent(bullet.size(), ' ');
  std::string out = bullet;
  std::size_t width = bullet.size();
  bool first = true;
  for (std::size_t begin = 0; begin < text.size();) {
    // What stands in backquotes stays in one line.
    std::size_t end = begin;
    for (bool quoted = false; end < text.size() && (quoted || text[end] != ' '); ++end)
      quoted = quoted != (text[end] == '`');
    const std::string word = text.substr(begin, end - begin);
    if (!first && width + 1 + word.size() > columns) {
      out += "\n" + indent;
      width = indent.size();
    } else if (!first) {
      out += " ";
      ++width;
    }
    out += word;
    width += word.size();
    first = false;
    begin = end + 1;
  }
  return out + "\n";
}

bool is_mapping(const Schema& schema) { return schema.kind == Schema::Kind::mapping; }

/// Has a heading of its own: what is used under a name and is no scalar.
bool has_heading(const Schema& schema) {
  return !schema.defined_as.empty() && (is_mapping(schema) || schema.kind == Schema::Kind::choice);
}

std::string joined(const std::vector<std::string>& texts, const char* between) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : between) + text;
  return all;
}

/// What may stand there, in words.
std::string form(const Schema& schema) {
  if (has_heading(schema)) return "[" + schema.defined_as + "](#" + schema.defined_as + ")";
  switch (schema.kind) {
    case Schema::Kind::any:
      return {};
    case Schema::Kind::boolean:
      return "`true` or `false`";
    case Schema::Kind::integer:
      return "an integer, " + std::to_string(schema.low) + " to " + std::to_string(schema.high);
    case Schema::Kind::duration:
      return "a duration";
    case Schema::Kind::offset:
      return "a duration that may be negative";
    case Schema::Kind::rate:
      return "a rate";
    case Schema::Kind::signed_rate:
      return "a rate that may be negative";
    case Schema::Kind::count:
      return "a count";
    case Schema::Kind::budget:
      return "a count or `unlimited`";
    case Schema::Kind::text:
      return "a text";
    case Schema::Kind::name: {
      std::vector<std::string> values;
      for (const std::string& value : schema.values) values.push_back(code(value));
      return joined(values, values.size() == 2 ? " or " : ", ");
    }
    case Schema::Kind::list: {
      const std::string inner = form(*schema.element);
      return inner.empty() ? "a list" : "a list, each " + inner;
    }
    case Schema::Kind::mapping:
      return "a mapping";
    case Schema::Kind::choice: {
      std::vector<std::string> texts;
      for (const SchemaPtr& alternative : schema.alternatives) {
        std::string one = form(*alternative);
        if (std::find(texts.begin(), texts.end(), one) == texts.end())
          texts.push_back(std::move(one));
      }
      return joined(texts, " or ");
    }
  }
  return {};
}

/// The mapping that this is, or offers, or is a list of; nothing where it has a heading elsewhere.
const Schema* mapping_inside(const Schema& schema) {
  if (has_heading(schema)) return nullptr;
  if (is_mapping(schema)) return &schema;
  if (schema.kind == Schema::Kind::list) return mapping_inside(*schema.element);
  for (const SchemaPtr& alternative : schema.alternatives) {
    if (const Schema* found = mapping_inside(*alternative)) return found;
  }
  return nullptr;
}

class ReferenceWriter {
 public:
  std::string reference(const Schema& schema) {
    std::string out;
    for (const Field& field : schema.fields) out += section(field);
    // Those that are noted on the way have their own turn.
    for (std::size_t i = 0; i < headings_.size(); ++i) {
      auto body = std::make_shared<Schema>(*headings_[i]);
      body->defined_as = body->by_default = body->example = {};
      out += section({headings_[i]->defined_as, body, {}});
    }
    out.pop_back();
    return out;
  }

 private:
  std::string section(const Field& field) {
    std::string text = sentence(field);
    if (text.front() >= 'a' && text.front() <= 'z')
      text.front() = static_cast<char>(text.front() - 'a' + 'A');
    const std::string keys = inside(*field.schema, {}, {});
    return "### " + field.name + "\n\n" + wrapped("", text) + (keys.empty() ? "" : "\n") + keys +
           "\n";
  }

  /// What a field is about, what may stand there, what holds without it, and an example.
  std::string sentence(const Field& field) {
    note(*field.schema);
    std::vector<std::string> parts;
    if (!field.about.empty()) parts.push_back(field.about);
    if (parts.size() == 1 && parts.front().back() == '.') parts.front().pop_back();
    if (const std::string what = form(*field.schema); !what.empty()) parts.push_back(what);
    if (field.required) parts.emplace_back("required");
    const Schema& schema = *field.schema;
    if (!schema.by_default.empty()) parts.push_back("by default " + code(schema.by_default));
    if (!schema.example.empty())
      parts.push_back("for example " + code(field.name + ": " + schema.example));
    return joined(parts, "; ") + ".";
  }

  /// The keys of the mapping inside, those that `above` has with the same meaning by name.
  std::string inside(const Schema& schema, const std::vector<Field>& above,
                     const std::string& indent) {
    const Schema* mapping = mapping_inside(schema);
    if (mapping == nullptr) return {};
    std::string out;
    if (!mapping->exactly_one.empty() && indent.empty()) {
      std::vector<std::string> keys;
      for (const std::string& key : mapping->exactly_one) keys.push_back(code(key));
      out += wrapped("", "Exactly one of " + joined(keys, ", ") + ".") + "\n";
    }
    std::vector<std::string> as_above;
    for (const Field& field : mapping->fields) {
      const bool known = std::any_of(above.begin(), above.end(), [&](const Field& other) {
        return other.name == field.name && other.about == field.about;
      });
      if (known) {
        as_above.push_back(code(field.name));
        continue;
      }
      out += wrapped(indent + "- ", code(field.name) + ": " + sentence(field));
      out += inside(*field.schema, mapping->fields, indent + "  ");
    }
    if (!as_above.empty()) out += wrapped(indent + "- ", joined(as_above, ", ") + ": as above.");
    return out;
  }

  /// What it uses under a name gets a heading, once.
  void note(const Schema& schema) {
    if (has_heading(schema)) {
      const bool known = std::any_of(headings_.begin(), headings_.end(), [&](const Schema* other) {
        return other->defined_as == schema.defined_as;
      });
      if (!known) headings_.push_back(&schema);
      return;
    }
    if (schema.element) note(*schema.element);
    for (const SchemaPtr& alternative : schema.alternatives) note(*alternative);
  }

  std::vector<const Schema*> headings_;
};

}  // namespace

std::string markdown_reference(const Schema& schema) { return ReferenceWriter().reference(schema); }

}  // namespace stampede::scenarios

// The shape of input documents as data: one table says what is allowed where, and both the
// validation of scenarios and the JSON Schema for editors come from it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/document.hpp"
#include "engine/core/random.hpp"

namespace stampede::scenarios {

struct Shape;

struct Field {
  std::string name;
  std::shared_ptr<const Shape> shape;
  std::string about;
  bool required = false;
};

/// What a document may be. Scalars may also be `{ one_of: [..] }` or `{ between: [a, b] }`, where
/// the seed picks.
struct Shape {
  enum class Kind {
    any,  // checked elsewhere
    boolean,
    integer,      // low .. high
    duration,     // not negative
    offset,       // a duration that may be negative
    rate,         // 1%, 0.5%, 100ppm
    signed_rate,  // also negative
    count,        // integer with optional k, M, G
    budget,       // count, or `unlimited`
    text,
    name,     // one of `values`
    list,     // of `element`
    mapping,  // `fields`
    choice,   // the first of `alternatives` that fits the document's kind
  };
  Kind kind = Kind::any;
  std::int64_t low = 0;
  std::int64_t high = 0;
  std::vector<std::string> values;
  std::vector<Field> fields;
  std::shared_ptr<const Shape> element;
  std::vector<std::shared_ptr<const Shape>> alternatives;
  /// Mappings of which exactly one key out of `fields` marks the variant (faults, decisions) list
  /// these keys here.
  std::vector<std::string> exactly_one;
};

using ShapePtr = std::shared_ptr<const Shape>;

ShapePtr any();
ShapePtr boolean();
ShapePtr integer(std::int64_t low, std::int64_t high);
ShapePtr duration();
ShapePtr offset();
ShapePtr rate();
ShapePtr signed_rate();
ShapePtr count();
ShapePtr budget();
ShapePtr text();
ShapePtr name(std::vector<std::string> values);
ShapePtr list(ShapePtr element);
ShapePtr mapping(std::vector<Field> fields, std::vector<std::string> exactly_one = {});
ShapePtr choice(std::vector<ShapePtr> alternatives);

/// InputError at the first place where the document does not have the shape.
void validate(const engine::Document& document, const Shape& shape);

/// JSON Schema (draft 2020-12) of the shape, pretty-printed.
std::string json_schema(const Shape& shape, const std::string& title, const std::string& about);

// Readers of the scalar kinds; REQUIRES nothing, InputError otherwise.
engine::Ppm read_rate(const engine::Document& document);
std::uint64_t read_count(const engine::Document& document);
engine::Duration read_offset(const engine::Document& document);
/// `100ppm`, `-50ppm`: a signed rate.
std::int32_t read_signed_ppm(const engine::Document& document);

/// True for `{ one_of: [..] }` and `{ between: [a, b] }`.
bool is_open_scalar(const engine::Document& document);

/// The document with everything that the scenario leaves open picked by the seed; each draw is
/// keyed by the path of the value.
engine::Document pick(const engine::Document& document, std::uint64_t seed);

}  // namespace stampede::scenarios

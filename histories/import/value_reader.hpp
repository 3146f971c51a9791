// Values of JSON and EDN (the notation of Clojure, in which Jepsen writes its histories), one after
// the other from a stream, as documents that know their places.
//
// EDN has more kinds than documents: keywords and symbols become scalars without their colon, sets
// and lists sequences, nil nothing; tags and metadata are passed over; a map key that is no scalar
// is its text.
//
// Records of a history are alike, so the documents of one are used again for the next: their texts
// and lists are there. What they hold counts while they are read; what is kept of them is little.
#pragma once

#include "engine/core/document.hpp"
#include "histories/import/input_text.hpp"

namespace stampede::histories {

enum class Notation { json, edn };

class ValueReader {
 public:
  ValueReader(InputText& input, Notation notation) : input_(input), notation_(notation) {}

  /// Passes blanks and comments (for EDN: commas, `;` comments, `#_` discarded values too).
  void skip_blanks();
  /// The value that starts here, which stays until the next one is read. InputError if there is
  /// none, if it is nested more than 64 deep or longer than 64 MiB.
  engine::Document& read();

 private:
  void read_nested(engine::Document& document, std::uint32_t depth);
  /// One that begins with `#`, `^` or a backslash. False if it is none of them.
  bool read_marked(engine::Document& document, int first, std::uint32_t depth);
  void read_tagged(engine::Document& document, std::uint32_t depth);
  void read_named_character(engine::Document& document);
  void read_sequence(engine::Document& document, char close, std::uint32_t depth);
  void read_mapping(engine::Document& document, std::uint32_t depth);
  void read_key(engine::Document& key, std::uint32_t depth);
  void expect_value(const engine::Document& key);
  void read_text(engine::Document& document);
  /// One that is not ASCII.
  void read_character(std::string& text);
  void read_escape(std::string& text);
  std::uint32_t read_hexadecimal();
  void read_word(engine::Document& document);
  template <class Belongs>
  void take_run(std::string& text, const Belongs& belongs);
  void look_at_length(const std::string& text);
  void interpret_json(engine::Document& document) const;
  void interpret_edn(engine::Document& document) const;
  void check_length() const;
  void hold(std::uint64_t bytes);
  void give_back();

  InputText& input_;
  Notation notation_;
  engine::Document value_;
  std::uint64_t started_at_ = 0;
  /// For the value at hand, and for those before it that were read into the same document.
  std::uint64_t held_bytes_ = 0;
  std::uint64_t kept_bytes_ = 0;
  /// The size that the text at hand had when it was looked at.
  std::size_t looked_at_ = 0;
  std::uint32_t skip_depth_ = 0;
};

/// engine::read_integer, which is asked only where something may be wrong.
std::int64_t integer_of(const engine::Document& value, std::int64_t low, std::int64_t high);

/// Any value as a text, equal values as equal texts: the keys of mappings are sorted.
std::string value_text(const engine::Document& value);

}  // namespace stampede::histories

#include "checkers/sentence.hpp"

namespace stampede::checkers {

Sentence::Sentence(std::string_view text, const std::vector<std::size_t>& operations) {
  std::size_t next = 0;
  for (std::size_t mark = text.find('%'); mark != std::string_view::npos; mark = text.find('%')) {
    say(text.substr(0, mark)).name(operations.at(next++));
    text.remove_prefix(mark + 1);
  }
  say(text);
}

Sentence& Sentence::say(std::string_view words) {
  if (words.empty()) return *this;
  if (pieces_.empty() || pieces_.back().operation != Piece::words_only) pieces_.emplace_back();
  pieces_.back().words += words;
  return *this;
}

Sentence& Sentence::name(std::size_t operation) {
  if (pieces_.empty() || pieces_.back().operation != Piece::words_only) pieces_.emplace_back();
  pieces_.back().operation = operation;
  return *this;
}

std::vector<std::size_t> Sentence::operations() const {
  std::vector<std::size_t> positions;
  for (const Piece& piece : pieces_) {
    if (piece.operation != Piece::words_only) positions.push_back(piece.operation);
  }
  return positions;
}

Sentence Sentence::in(const std::vector<std::size_t>& positions) const {
  Sentence moved = *this;
  for (Piece& piece : moved.pieces_) {
    if (piece.operation != Piece::words_only) piece.operation = positions.at(piece.operation);
  }
  return moved;
}

std::string Sentence::tell(const std::function<std::string(std::size_t)>& describe) const {
  std::string told;
  for (const Piece& piece : pieces_) {
    told += piece.words;
    if (piece.operation != Piece::words_only) told += describe(piece.operation);
  }
  return told;
}

}  // namespace stampede::checkers

#include "viewer/page.hpp"

#include <zlib.h>

#include <array>
#include <cstdint>

#include "engine/core/error.hpp"

namespace stampede::viewer {
namespace {

std::string deflated(std::string_view bytes) {
  uLongf size = compressBound(bytes.size());
  std::string packed(size, '\0');
  const int done =
      compress2(reinterpret_cast<Bytef*>(packed.data()), &size,
                reinterpret_cast<const Bytef*>(bytes.data()), bytes.size(), Z_BEST_COMPRESSION);
  ASSERT(done == Z_OK);
  packed.resize(size);
  return packed;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i)
      group = group << 8 | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i)
      text += at + i > bytes.size() ? '=' : digits[group >> (18 - 6 * i) & 63];
  }
  return text;
}

/// What stands in the page between two texts that are there once.
std::string_view between(std::string_view page, std::string_view before, std::string_view after) {
  const std::size_t start = page.find(before);
  ASSERT(start != std::string_view::npos);
  const std::size_t end = page.find(after, start + before.size());
  ASSERT(end != std::string_view::npos);
  return page.substr(start + before.size(), end - start - before.size());
}

/// The page with this text as the data of that name.
std::string page_with(std::string_view name, std::string_view text) {
  const std::string_view page = empty_page();
  const std::string before = "<script id=\"" + std::string(name) + "\" type=\"application/json\">";
  const std::string_view place = between(page, before, "</script>");
  const std::size_t start = static_cast<std::size_t>(place.data() - page.data());
  std::string made(page.substr(0, start));
  return made.append(text).append(page.substr(start + place.size()));
}

/// JSON that may stand inside a script: no tag can begin in it.
std::string for_script(std::string_view json) {
  std::string safe;
  safe.reserve(json.size());
  for (const char letter : json) {
    if (letter == '<')
      safe += "\\u003c";
    else
      safe += letter;
  }
  return safe;
}

}  // namespace

std::string_view page_policy() {
  return between(empty_page(), "http-equiv=\"Content-Security-Policy\" content=\"", "\"");
}

std::optional<std::string> page_of(Account& account) {
  const auto packed = [](std::string_view bytes) { return '"' + base64(deflated(bytes)) + '"'; };
  std::string run = "{\"overview\":" + packed(account.overview()) +
                    ",\"columns\":" + packed(account.columns()) + ",\"parts\":[";
  for (std::uint64_t part = 0; part < account.parts(); ++part) {
    if (account.is_interrupted()) return std::nullopt;
    if (part != 0) run += ',';
    run += packed(account.part(part));
  }
  run += "],\"story\":" + packed(account.story()) +
         ",\"no_return\":" + packed(account.no_return()) + "}";
  if (account.is_interrupted()) return std::nullopt;
  return page_with("run", run);
}

std::string page_of_history(std::string_view json) {
  return page_with("history", for_script(json));
}

}  // namespace stampede::viewer

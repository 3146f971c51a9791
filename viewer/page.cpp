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

}  // namespace

std::string_view page_policy() {
  return between(empty_page(), "http-equiv=\"Content-Security-Policy\" content=\"", "\"");
}

std::string page_of(Account& account) {
  const std::string_view page = empty_page();
  const std::string_view place =
      between(page, "<script id=\"run\" type=\"application/json\">", "</script>");
  const auto packed = [](std::string_view bytes) { return '"' + base64(deflated(bytes)) + '"'; };
  std::string run = "{\"overview\":" + packed(account.overview()) +
                    ",\"columns\":" + packed(account.columns()) + ",\"parts\":[";
  for (std::uint64_t part = 0; part < account.parts(); ++part) {
    if (part != 0) run += ',';
    run += packed(account.part(part));
  }
  run += "],\"story\":" + packed(account.story()) +
         ",\"no_return\":" + packed(account.no_return()) + "}";
  const std::size_t start = static_cast<std::size_t>(place.data() - page.data());
  return std::string(page.substr(0, start)) + run + std::string(page.substr(start + place.size()));
}

}  // namespace stampede::viewer

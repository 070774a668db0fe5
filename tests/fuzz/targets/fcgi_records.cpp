// The sse worker's FastCGI: a request's records from nginx, in any pieces, and the records of the
// answer. The first byte says how the rest is cut; the rest is the records.
#include "sse/fcgi_records.h"

#include <array>

#include "../fuzz.h"
#include "sse/event_stream.h"
#include "sse/request_bytes.h"

namespace {

using namespace harbor::sse;
using harbor::fuzz::require;
using Bytes = std::span<const std::uint8_t>;
using State = RequestParser::State;

constexpr std::array<std::string_view, 4> kNames = {"HARBOR_CLAIMS", "REQUEST_METHOD", "REQUEST_ID",
                                                    ""};

// What a parser says in the end.
struct Outcome {
  State state;
  RequestError error;
  std::array<std::string, kNames.size()> values;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome outcome_of(const RequestParser& parser) {
  Outcome outcome{parser.state(), parser.error(), {}};
  require((outcome.state == State::failed) == (outcome.error != RequestError::none),
          "only what failed has an error", describe(outcome.error));
  if (outcome.state != State::complete) return outcome;
  for (std::size_t i = 0; i < kNames.size(); ++i) outcome.values[i] = parser.param(kNames[i]);
  return outcome;
}

Outcome fed_whole(Bytes bytes, RequestLimits limits) {
  RequestParser parser(limits);
  const State said = parser.feed(bytes);
  require(said == parser.state(), "feed answers the state");
  return outcome_of(parser);
}

// Pieces of 0 to `largest` bytes, in an order that the cut decides.
Outcome fed_in_pieces(Bytes bytes, RequestLimits limits, std::uint8_t cut) {
  RequestParser parser(limits);
  std::uint32_t dice = cut;
  const std::size_t largest = 1U << (cut % 8);
  while (!bytes.empty()) {
    dice = dice * 1'664'525 + 1'013'904'223;
    const std::size_t length = std::min<std::size_t>((dice >> 16) % (largest + 1), bytes.size());
    const State before = parser.state();
    const State after = parser.feed(bytes.subspan(0, length));
    require(before != State::failed || after == State::failed, "what failed stays failed");
    bytes = bytes.subspan(length);
  }
  return outcome_of(parser);
}

void check_end(Bytes bytes) {
  RequestParser parser;
  if (parser.feed(bytes) != State::complete) return;
  const std::uint8_t more[] = {1};
  require(parser.feed(Bytes(more, 0)) == State::complete, "no bytes change nothing");
  require(parser.feed(more) == State::failed && parser.error() == RequestError::bytes_after,
          "bytes after the end fail a request");
}

// The bytes as parameters: a length, a name, a length, a value. Sent as nginx does, they come back.
test::Params params_of(std::string_view bytes) {
  test::Params params;
  const auto take = [&bytes](std::size_t scale) {
    const std::size_t length =
        std::min<std::size_t>(static_cast<std::uint8_t>(bytes.front()) * scale, bytes.size() - 1);
    std::string text(bytes.substr(1, length));
    bytes.remove_prefix(1 + length);
    return text;
  };
  while (bytes.size() >= 2 && params.size() < 64) {
    std::string name = take(1);
    std::string value = bytes.empty() ? std::string() : take(2);
    params.emplace_back(std::move(name), std::move(value));
  }
  return params;
}

void check_round_trip(std::string_view bytes) {
  const test::Params params = params_of(bytes);
  if (test::param_bytes(params).size() > 0xffff) return;  // not in one record
  const std::string request = test::request_bytes(params, bytes.substr(0, 1000));
  RequestParser parser;
  const auto* const begin = reinterpret_cast<const std::uint8_t*>(request.data());
  require(parser.feed({begin, request.size()}) == State::complete, "what nginx sends is read",
          describe(parser.error()));
  for (auto entry = params.rbegin(); entry != params.rend(); ++entry) {
    std::string_view first;
    for (const auto& [name, value] : params) {
      if (name != entry->first) continue;
      first = value;
      break;
    }
    require(parser.param(entry->first) == first, "a parameter's first value is found");
  }
}

void check_answer(std::string_view payload, std::size_t times) {
  std::string whole;
  for (; times > 0; --times) whole += payload;
  const auto answer = test::decode_records(stdout_records(whole) + end_records());
  require(answer.ended && answer.text == whole, "records hold what was put into them");
  require(test::decode_records(stdout_records(whole)).ended == false, "only the end ends");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::uint8_t cut = data[0];
  const Bytes bytes(data + 1, size - 1);
  const RequestLimits small{.params_bytes = 64, .params_count = 3, .body_bytes = 32};
  const Outcome whole = fed_whole(bytes, {});
  const Outcome bounded = fed_whole(bytes, small);
  require(whole == fed_in_pieces(bytes, {}, cut), "pieces make no difference");
  require(bounded == fed_in_pieces(bytes, small, cut), "nor do they within small limits");
  require(bounded.state != State::complete || bounded == whole, "limits change no request");
  check_end(bytes);

  const auto text = harbor::fuzz::text_of(data + 1, size - 1);
  check_round_trip(text);
  check_answer(text, cut == 0xff ? 70'000 / (size + 1) : 1);
  return 0;
}

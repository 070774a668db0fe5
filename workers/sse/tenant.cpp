#include "sse/tenant.h"

#include <algorithm>

namespace harbor::sse {

Feed& Tenant::feed_at(std::int64_t seq) { return feeds.try_emplace(seq, *this, seq).first->second; }

namespace {

// `into` takes over the streams of `from` and, as both stand at the same place now, its read.
void absorb(Feed& into, Feed& from) {
  for (Stream* const stream : from.streams) enter(into, *stream);
  from.streams.clear();
  if (from.reading) {
    into.reading = true;
    into.known_when_asked = from.known_when_asked;
    into.announced_when_asked = from.announced_when_asked;
  }
  into.not_before_ms = std::max(into.not_before_ms, from.not_before_ms);
}

}  // namespace

Feed& Tenant::advance(Feed& feed, std::int64_t seq) {
  if (seq == feed.position) return feed;
  feed.reading = false;
  const auto there = feeds.find(seq);
  if (there != feeds.end()) {
    // The smaller moves, so that a feed of thousands is never copied for one that caught up.
    Feed& target = there->second;
    if (target.streams.size() >= feed.streams.size()) {
      absorb(target, feed);
      drop(feed);
      return target;
    }
    absorb(feed, target);
    drop(target);
  }
  auto node = feeds.extract(feed.position);
  node.key() = seq;
  node.mapped().position = seq;
  return feeds.insert(std::move(node)).position->second;
}

MemberEntry& Tenant::member(std::string_view email) {
  const auto found = members.find(email);
  if (found != members.end()) return found->second;
  const auto made = members.try_emplace(std::string(email)).first;
  made->second.email = made->first;
  return made->second;
}

MemberEntry* Tenant::find_member(std::string_view email) {
  const auto found = members.find(email);
  return found == members.end() ? nullptr : &found->second;
}

void enter(Feed& feed, Stream& stream) {
  stream.feed = &feed;
  stream.feed_index = feed.streams.size();
  feed.streams.push_back(&stream);
}

void leave(Stream& stream) {
  std::vector<Stream*>& streams = stream.feed->streams;
  streams[stream.feed_index] = streams.back();
  streams[stream.feed_index]->feed_index = stream.feed_index;
  streams.pop_back();
  stream.feed = nullptr;
}

}  // namespace harbor::sse

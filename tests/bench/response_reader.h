#pragma once
// Reads the answers of one HTTP/1.1 connection (RFC 9112), one after the other and in whatever
// pieces they come: bodies with Content-Length or chunked. Pure.

#include <cstdint>
#include <string>
#include <string_view>

namespace harbor::bench {

class ResponseReader {
 public:
  /// Takes all of `bytes`. Throws Failure on what is no such answer, and on bytes after its end.
  void feed(std::string_view bytes);

  /// Of the answer that is being read; 0 until its head is complete.
  int status() const { return status_; }
  bool complete() const { return state_ == State::complete; }
  /// The server ends the connection after this answer.
  bool closes() const { return closes_; }

  /// The body as far as it was read and not taken: a stream is read by emptying it each time.
  std::string& body() { return body_; }

  /// After a complete answer, for the next one.
  void reset();

 private:
  enum class State { head, sized, chunk_size, chunk, chunk_end, trailer, complete };

  void take_head(std::string_view& bytes);
  void read_head();
  void read_header(std::string_view line);
  void take_body(std::string_view& bytes, State then);
  void take_line(std::string_view& bytes);
  void end_line();

  State state_ = State::head;
  int status_ = 0;
  bool closes_ = false;
  std::uint64_t left_ = 0;  ///< of the body or the chunk
  std::string line_;        ///< the unfinished head or line
  std::string body_;
};

}  // namespace harbor::bench

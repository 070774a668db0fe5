#pragma once
// The configuration: one table of keys (config_table) with type, default, bounds and unit, read
// from one or more YAML files, a later one laid over an earlier one. An unknown key, a value of
// the wrong form or out of bounds throws ConfigError naming file, line, key, value and bound.
// Standard: YAML 1.2 through yaml-cpp; sizes in IEC units (KiB, MiB), times in ms, s, min, h, d.

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace harbor {

/// `count` things per `per_ms` milliseconds: "10/15 min".
struct Rate {
  std::int64_t count = 0;
  std::int64_t per_ms = 0;
};

/// A span of time from which a jittered value is drawn: "8-15 min".
struct DurationRange {
  std::int64_t min_ms = 0;
  std::int64_t max_ms = 0;
};

/// Every setting. Sizes are bytes, times milliseconds.
struct Config {
  /// A host application whose tokens become sessions (auth/issuers.h).
  struct Issuer {
    std::string issuer, audience, algorithm, key_file;
    bool adds_people = false, adds_members = false;
    std::vector<std::string> tenants;  ///< none: every tenant
    std::int64_t session_ms = 0;
    std::string place;  ///< where it was configured: "harbor.yaml:7: auth.issuers[0]"
  };
  struct Database {
    std::string path;
    std::int64_t busy_timeout_ms, readers;
  } database;
  struct Redis {
    std::string socket;
    std::int64_t timeout_ms, limit_timeout_ms, retry_ms, queue;
  } redis;
  struct Http {
    std::string listen, origin;
    std::int64_t body_limit, json_depth, threads, drain_ms, deadline_ms, retire_after;
  } http;
  struct Auth {
    std::int64_t session_ms, idle_ms, recent_login_ms, argon2_memory, argon2_passes,
        hash_concurrency;
    Rate login_per_account, login_per_address;
    std::int64_t hash_queue, hash_wait_ms;
    std::int64_t clock_skew_ms, token_lifetime_ms, token_size;
    std::vector<Issuer> issuers;
  } auth;
  struct Log {
    std::int64_t keep_ms, keep_events, page;
  } log;
  struct Stream {
    std::string listen;
    std::int64_t heartbeat_ms, queue, write_deadline_ms;
    DurationRange age, retry;
    std::int64_t per_user, per_tenant, per_worker;
    Rate connects;
    std::int64_t tail_watch_ms, coalesce_ms, drain_ms;
  } stream;
  struct Limits {
    bool messaging, read_only;
    Rate messages;
    std::int64_t recipients, roles, subject, body, links, attachments;
    std::int64_t recall_ms;
    bool recall_after_read;
    std::int64_t expiry_ms, default_expiry_ms, retention_ms;
    bool admin_reads_content;
    std::int64_t page, scan, stats, recipients_shown, search_length, search_terms, search_text;
  } limits;
  struct Jobs {
    std::int64_t interval_ms, batch, index, recount_every_ms;
  } jobs;
  struct Logging {
    std::string level;
  } logging;
};

class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

enum class ConfigKind { text, flag, count, size, duration, rate, duration_range, words };

/// Where a row's value lives in a Config.
using ConfigField =
    std::variant<std::string& (*)(Config&), bool& (*)(Config&), std::int64_t& (*)(Config&),
                 Rate& (*)(Config&), DurationRange& (*)(Config&),
                 std::vector<std::string>& (*)(Config&)>;

/// One row per key. `least` and `most` bound the number (for a rate its count, for a range both
/// ends) and are written as the value is; `unit` is what a bare number counts. For text, `least`
/// lists the allowed words separated by '|', and empty means any. A flag is yes or no. `words` are
/// a YAML sequence or one text, and the bounds are those of their number. `settable` rows are
/// settings too: in the database for all tenants or for one (messaging/settings.h). A `required`
/// row, of a list's thing, has no default.
struct ConfigRow {
  std::string_view key;
  ConfigKind kind;
  ConfigField field;
  std::string_view fallback, least, most, unit, about;
  bool settable = false;
  bool required = false;
};

std::span<const ConfigRow> config_table();

/// A key that is a list of things with keys of their own: a YAML sequence of maps. `keys` are rows
/// like the table's, whose fields reach into the thing that was begun last.
struct ConfigList {
  std::string_view key;
  std::size_t most;  ///< things
  std::span<const ConfigRow> keys;
  void (*clear)(Config&);
  void (*begin)(Config&, std::string place);
  void (*check)(const Config&);  ///< the thing begun last; throws ConfigError with its place
  std::string_view about;
};

std::span<const ConfigList> config_lists();

/// Reads `text` as the row's kind, checks its bounds, and stores it. Throws ConfigError saying
/// what is wrong with it: "is out of bounds (1 to 100)".
void set_value(Config& config, const ConfigRow& row, const std::string& text);

/// The row's value as it would be written in the file, in the largest unit that divides it:
/// set_value takes it back.
std::string value_text(const Config& config, const ConfigRow& row);

/// The defaults alone.
Config default_config();

/// The defaults with `files` laid over them in order. Throws ConfigError.
Config load_config(const std::vector<std::string>& files);

/// The same from a text, `name` standing for the file in errors.
void overlay_config(Config& config, const std::string& yaml, const std::string& name);

/// Milliseconds of "15 min", "500 ms", "2 s", "7 d"; a bare number counts `unit`. Throws
/// ConfigError.
std::int64_t parse_duration(std::string_view text, std::string_view unit);

/// Bytes of "64 KiB", "1 MiB", "512 B"; a bare number counts `unit`. Throws ConfigError.
std::int64_t parse_size(std::string_view text, std::string_view unit);

}  // namespace harbor

// import, export.

#include <ostream>

#include "auth/people.h"
#include "core/text.h"
#include "ctl/archive_file.h"
#include "ctl/checks.h"
#include "ctl/families.h"
#include "db/transaction.h"
#include "events/append.h"
#include "messaging/archive.h"

namespace harbor::ctl {
namespace {

using messaging::ArchivedMessage;
using messaging::ImportReport;
using messaging::Names;

// A transaction's messages and recipients at most: others who write wait for milliseconds.
constexpr std::size_t kBatchMessages = 200;
constexpr std::size_t kBatchRecipients = 1000;

void require_tenant(db::Connection& connection, const std::string& tenant) {
  if (!auth::tenant_exists(connection, tenant)) throw Refused("there is no tenant " + tenant);
}

// One line that is written over itself, on a terminal only.
class Progress {
 public:
  Progress(const Context& context, std::string_view doing) : context_(context), doing_(doing) {}
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() {
    if (context_.shows_progress) context_.notes << "\r\x1b[K" << std::flush;
  }
  void show(std::int64_t done) {
    if (context_.shows_progress) context_.notes << '\r' << doing_ << ' ' << done << std::flush;
  }

 private:
  const Context& context_;
  std::string_view doing_;
};

ArchivedMessage read_message(const Context& context, const ArchiveFile& file,
                             const std::string& line) {
  auto message = messaging::read_archive_line(line, context.config.limits);
  if (!message) throw Refused(file.place() + ": " + without_controls(message.error().reason));
  return *std::move(message);
}

// Reads the whole file before anything is stored, and learns the names of its people.
Names check_file(const Context& context, ArchiveFile& file) {
  Names names;
  Progress progress(context, "checking");
  std::int64_t lines = 0;
  for (std::string line; file.next(line);) {
    const ArchivedMessage message = read_message(context, file, line);
    std::string& name = names[message.from];
    if (name.empty()) name = message.from_name;
    if (++lines % 100 == 0) progress.show(lines);
  }
  file.rewind();
  return names;
}

// Takes messages in, transaction by transaction. The last one also tells every open page that
// its lists are old (messaging/archive.h).
class Importer {
 public:
  Importer(const Context& context, db::Connection& connection, const std::string& tenant,
           const Names& names)
      : context_(context), connection_(connection), tenant_(tenant), names_(names) {}

  void add(ArchivedMessage message) {
    if (pending_.size() >= kBatchMessages || recipients_ >= kBatchRecipients) write(false);
    recipients_ += message.to.size();
    pending_.push_back(std::move(message));
  }

  ImportReport finish() {
    write(true);
    return report_;
  }

  std::int64_t done() const { return report_.added + report_.known; }

 private:
  void write(bool is_last) {
    db::WriteTransaction transaction(connection_);
    messaging::import_messages(connection_, tenant_, pending_, names_, context_.config.limits,
                               report_);
    if (is_last && report_.added > 0) events::renew_epoch(connection_, tenant_);
    transaction.commit();
    pending_.clear();
    recipients_ = 0;
  }

  const Context& context_;
  db::Connection& connection_;
  const std::string& tenant_;
  const Names& names_;
  std::vector<ArchivedMessage> pending_;
  std::size_t recipients_ = 0;
  ImportReport report_;
};

void print_report(const Context& context, const std::string& tenant, const ImportReport& report) {
  for (const std::string& id : report.some_unknown_parents) {
    context.notes << "harborctl: warning: answers a message that is not there, so it begins a"
                     " conversation: "
                  << without_controls(id) << '\n';
  }
  if (report.attachments > 0) {
    context.notes << "harborctl: warning: " << report.attachments
                  << " attachments were left aside\n";
  }
  context.out << report.added << " messages imported into " << tenant << ", " << report.known
              << " there already, " << report.people << " people and " << report.members
              << " memberships added, " << report.unknown_parents << " unknown parents, "
              << report.attachments << " attachments left aside\n";
}

void count_only(const Context& context, db::Connection& connection, const std::string& tenant,
                ArchiveFile& file) {
  std::int64_t known = 0;
  std::int64_t fresh = 0;
  for (std::string line; file.next(line);) {
    const ArchivedMessage message = read_message(context, file, line);
    ++(messaging::is_imported(connection, tenant, message) ? known : fresh);
  }
  context.out << fresh << " messages would be imported into " << tenant << ", " << known
              << " are there already\n";
}

}  // namespace

void import_mail(const Context& context, const Arguments& arguments) {
  const std::string tenant = checked_tenant_id(arguments.value("--tenant"));
  const auto connection = context.open(db::Mode::read_write);
  require_tenant(*connection, tenant);
  ArchiveFile file(arguments.word(0));
  const Names names = check_file(context, file);
  if (arguments.has("--dry-run")) return count_only(context, *connection, tenant, file);

  Importer importer(context, *connection, tenant, names);
  {
    Progress progress(context, "importing");
    for (std::string line; file.next(line);) {
      importer.add(read_message(context, file, line));
      progress.show(importer.done());
    }
  }
  print_report(context, tenant, importer.finish());
}

void export_mail(const Context& context, const Arguments& arguments) {
  const std::string tenant = checked_tenant_id(arguments.value("--tenant"));
  const auto connection = context.open(db::Mode::read_only);
  require_tenant(*connection, tenant);
  Progress progress(context, "exporting");
  std::int64_t done = 0;
  std::int64_t after = 0;
  do {
    const auto page = messaging::read_archive(*connection, tenant, after, kBatchMessages);
    for (const ArchivedMessage& message : page.messages) {
      context.out << messaging::archive_line(message) << '\n';
    }
    if (!context.out) throw Refused("the messages cannot be written to standard output");
    progress.show(done += static_cast<std::int64_t>(page.messages.size()));
    after = page.last_id;
  } while (after > 0);
}

}  // namespace harbor::ctl

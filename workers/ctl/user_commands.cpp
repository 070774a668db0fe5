// user add, user passwd, user disable, user enable, user list.

#include <ostream>

#include "auth/password.h"
#include "auth/people.h"
#include "ctl/checks.h"
#include "ctl/families.h"
#include "db/transaction.h"

namespace harbor::ctl {
namespace {

// Hashed before the transaction: it takes tens of milliseconds, and others wait for the lock.
std::string hash_of(const Context& context, const std::string& password) {
  if (password.empty()) return {};
  return auth::PasswordHasher(context.config.auth).hash(password);
}

std::string given_password(const Context& context, const Arguments& arguments,
                           const std::string& email) {
  if (!arguments.has("--password")) return context.read_password(email);
  const std::string password = arguments.value("--password");
  check_password(password);
  return password;
}

// A terminal is not asked in vain; a pipe is always read, so that its writer finds a reader.
bool wants_password(const Context& context, db::Connection& connection, const std::string& email) {
  return !context.asks_for_passwords || !auth::find_person(connection, email);
}

std::string rights(const auth::Person& person) {
  std::string text = person.is_global_admin ? "global-admin" : "";
  if (person.is_disabled) text += text.empty() ? "disabled" : ",disabled";
  return text.empty() ? "-" : text;
}

}  // namespace

void add_user(const Context& context, const Arguments& arguments) {
  const auth::Person person{checked_email(arguments.word(0)),
                            checked_name(arguments.value("--name")),
                            arguments.has("--global-admin")};
  const auto connection = context.open(db::Mode::read_write);
  std::string password;
  if (wants_password(context, *connection, person.email)) {
    password = given_password(context, arguments, person.email);
  }
  const std::string hash = hash_of(context, password);
  db::WriteTransaction transaction(*connection);
  const bool added = auth::add_person(*connection, person);
  if (added && !hash.empty()) auth::set_password_hash(*connection, person.email, hash);
  if (added) {
    record_act(*connection, "user.add", "", person.email,
               {{"isGlobalAdmin", person.is_global_admin}});
  }
  transaction.commit();
  context.out << "user " << person.email
              << (!added         ? " exists already; nothing was changed"
                  : hash.empty() ? " added, without a password"
                                 : " added")
              << '\n';
}

void change_password(const Context& context, const Arguments& arguments) {
  const std::string email = checked_email(arguments.word(0));
  const auto connection = context.open(db::Mode::read_write);
  if (!auth::find_person(*connection, email)) throw Refused("there is no user " + email);
  const std::string hash = hash_of(context, given_password(context, arguments, email));
  if (hash.empty()) throw Refused("no password was given");
  db::WriteTransaction transaction(*connection);
  auth::set_password_hash(*connection, email, hash);
  record_act(*connection, "user.password", "", email);
  transaction.commit();
  context.out << "user " << email << " has a new password; all sessions ended\n";
}

void disable_user(const Context& context, const Arguments& arguments) {
  const std::string email = checked_email(arguments.word(0));
  const auto connection = context.open(db::Mode::read_write);
  db::WriteTransaction transaction(*connection);
  if (!auth::disable_person(*connection, email)) throw Refused("there is no user " + email);
  record_act(*connection, "user.disable", "", email);
  transaction.commit();
  context.out << "user " << email << " disabled; all sessions ended\n";
}

void enable_user(const Context& context, const Arguments& arguments) {
  const std::string email = checked_email(arguments.word(0));
  const auto connection = context.open(db::Mode::read_write);
  db::WriteTransaction transaction(*connection);
  if (!auth::enable_person(*connection, email)) throw Refused("there is no user " + email);
  record_act(*connection, "user.enable", "", email);
  transaction.commit();
  context.out << "user " << email << " enabled\n";
}

void list_users(const Context& context, const Arguments& /*arguments*/) {
  const auto connection = context.open(db::Mode::read_only);
  for (const auth::Person& person : auth::list_people(*connection)) {
    context.out << person.email << '\t' << person.name << '\t' << rights(person) << '\n';
  }
}

}  // namespace harbor::ctl

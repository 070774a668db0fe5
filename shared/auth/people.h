#pragma once
// People and the tenants they belong to. Writing functions run within the caller's writing
// transaction; e-mail addresses are normal (core/text.h normal_email).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace harbor::db {
class Connection;
}

namespace harbor::auth {

struct Person {
  std::string email;
  std::string name;
  bool is_global_admin = false;
  bool is_disabled = false;
};

std::optional<Person> find_person(db::Connection& connection, std::string_view email);
std::vector<Person> list_people(db::Connection& connection);

/// False where the person exists already (nothing is changed).
bool add_person(db::Connection& connection, const Person& person);

/// Stores a password's hash and ends every session and stream of the person.
void set_password_hash(db::Connection& connection, std::string_view email, std::string_view hash);

/// The stored hash; empty where there is none.
std::string password_hash(db::Connection& connection, std::string_view email);

/// Disables the person, ending every session and stream. False where there is no such person.
bool disable_person(db::Connection& connection, std::string_view email);

/// Lets a disabled person sign in again. False where there is no such person.
bool enable_person(db::Connection& connection, std::string_view email);

struct Tenant {
  std::string id;
  std::string name;
};

/// Makes the tenant and its event log. False where it exists already.
bool add_tenant(db::Connection& connection, const Tenant& tenant);
bool tenant_exists(db::Connection& connection, std::string_view id);
std::vector<Tenant> list_tenants(db::Connection& connection);

/// A person's place in a tenant.
struct Member {
  std::string tenant;
  std::string tenant_name;
  bool is_admin = false;
  std::int64_t joined_seq = 0;  ///< events for everyone are seen from this Seq on
};

std::optional<Member> find_member(db::Connection& connection, std::string_view tenant,
                                  std::string_view email);
std::vector<Member> memberships(db::Connection& connection, std::string_view email);

/// Adds the member, or gives an existing one the admin's right too; false where nothing changed.
bool add_member(db::Connection& connection, std::string_view tenant, std::string_view email,
                bool is_admin);

/// A member as listings show one.
struct MemberRow {
  std::string email;
  std::string name;
  bool is_admin = false;
  std::vector<std::string> roles;
};

/// All members of a tenant, by address.
std::vector<MemberRow> list_members(db::Connection& connection, std::string_view tenant);

/// Sets what a member is to be: the admin's right and exactly these roles, which exist. False where
/// nothing changed. One who loses the right keeps their streams.
bool set_member(db::Connection& connection, std::string_view tenant, std::string_view email,
                bool is_admin, const std::vector<std::string>& roles);

/// Removes the member and ends the person's streams of this tenant. False where there is none.
bool remove_member(db::Connection& connection, std::string_view tenant, std::string_view email);

/// The roles there are, and giving one to a member (false where the member has it).
bool role_exists(db::Connection& connection, std::string_view role);
std::vector<std::string> list_roles(db::Connection& connection);
std::vector<std::string> member_roles(db::Connection& connection, std::string_view tenant,
                                      std::string_view email);
bool give_role(db::Connection& connection, std::string_view tenant, std::string_view email,
               std::string_view role);

}  // namespace harbor::auth

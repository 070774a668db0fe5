#pragma once
// The functions of the command table, by family; each family is one source file.

#include "core/json.h"
#include "ctl/command.h"

namespace harbor::ctl {

/// Writes what the operator's hand did into the audit log, within its transaction.
void record_act(db::Connection& connection, std::string act, std::string tenant,
                std::string subject, json::object detail = {});

void migrate(const Context& context, const Arguments& arguments);

void add_tenant(const Context& context, const Arguments& arguments);
void list_tenants(const Context& context, const Arguments& arguments);

void add_user(const Context& context, const Arguments& arguments);
void change_password(const Context& context, const Arguments& arguments);
void disable_user(const Context& context, const Arguments& arguments);
void enable_user(const Context& context, const Arguments& arguments);
void list_users(const Context& context, const Arguments& arguments);

void add_member(const Context& context, const Arguments& arguments);
void remove_member(const Context& context, const Arguments& arguments);
void list_members(const Context& context, const Arguments& arguments);

void list_settings(const Context& context, const Arguments& arguments);
void set_setting(const Context& context, const Arguments& arguments);
void unset_setting(const Context& context, const Arguments& arguments);

void print_sample(const Context& context, const Arguments& arguments);
void check_config(const Context& context, const Arguments& arguments);

void list_acts(const Context& context, const Arguments& arguments);
void verify_acts(const Context& context, const Arguments& arguments);

void import_mail(const Context& context, const Arguments& arguments);
void export_mail(const Context& context, const Arguments& arguments);

void examine(const Context& context, const Arguments& arguments);

}  // namespace harbor::ctl

#pragma once
// The handlers, a file per family: auth_handlers.cpp, message_handlers.cpp, life_handlers.cpp,
// event_handlers.cpp, exchange_handlers.cpp, block_handlers.cpp, settings_handlers.cpp,
// admin_handlers.cpp, health_handlers.cpp. Each reads top to bottom: who, what, one transaction,
// reply.

#include "api/app.h"

namespace harbor::api {

http::Reply login(App& app, const Context& context);
http::Reply exchange(App& app, const Context& context);
http::Reply logout(App& app, const Context& context);
http::Reply me(App& app, const Context& context);
http::Reply list_sessions(App& app, const Context& context);
http::Reply end_session(App& app, const Context& context);

http::Reply send_message(App& app, const Context& context);
http::Reply list_messages(App& app, const Context& context);
http::Reply one_message(App& app, const Context& context);
http::Reply mark_read(App& app, const Context& context);
http::Reply mark_unread(App& app, const Context& context);
http::Reply read_all(App& app, const Context& context);
http::Reply list_recipients(App& app, const Context& context);
http::Reply unread_count(App& app, const Context& context);
http::Reply mark_seen(App& app, const Context& context);

http::Reply archive_message(App& app, const Context& context);
http::Reply unarchive_message(App& app, const Context& context);
http::Reply save_message(App& app, const Context& context);
http::Reply unsave_message(App& app, const Context& context);
http::Reply edit_message(App& app, const Context& context);
http::Reply delete_message(App& app, const Context& context);
http::Reply recall_message(App& app, const Context& context);
http::Reply forward_message(App& app, const Context& context);
http::Reply message_recipients(App& app, const Context& context);
http::Reply message_thread(App& app, const Context& context);
http::Reply message_history(App& app, const Context& context);
http::Reply resolve_recipients(App& app, const Context& context);
http::Reply remove_message(App& app, const Context& context);

http::Reply list_events(App& app, const Context& context);
http::Reply authorise_stream(App& app, const Context& context);

http::Reply list_blocks(App& app, const Context& context);
http::Reply add_block(App& app, const Context& context);
http::Reply remove_block(App& app, const Context& context);

http::Reply read_settings(App& app, const Context& context);
http::Reply change_settings(App& app, const Context& context);

http::Reply list_acts(App& app, const Context& context);
http::Reply list_tenants(App& app, const Context& context);
http::Reply list_users(App& app, const Context& context);
http::Reply disable_user(App& app, const Context& context);
http::Reply enable_user(App& app, const Context& context);
http::Reply list_members(App& app, const Context& context);
http::Reply set_member(App& app, const Context& context);
http::Reply remove_member(App& app, const Context& context);
http::Reply list_tenant_messages(App& app, const Context& context);
http::Reply open_tenant_message(App& app, const Context& context);

http::Reply alive(App& app, const Context& context);
http::Reply ready(App& app, const Context& context);

}  // namespace harbor::api

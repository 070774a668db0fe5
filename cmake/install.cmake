# `cmake --install`: where Debian expects it, under /usr and /etc (units, sites and programs name each other by those
# paths). DESTDIR puts the tree elsewhere.
# What the package owns is overwritten. What the operator edits (under /etc) is installed once, then left alone: see
# install_once.
set_property(CACHE CMAKE_INSTALL_PREFIX PROPERTY VALUE /usr)
include(GNUInstallDirs)

set(units lib/systemd/system)
set(data ${CMAKE_INSTALL_DATADIR}/harbor)
set(documents ${CMAKE_INSTALL_DATADIR}/doc/harbor)
set(here ${CMAKE_SOURCE_DIR})

install(TARGETS harborctl DESTINATION bin)
install(TARGETS harbor-api harbor-sse harbor-jobs DESTINATION lib/harbor)

# --- systemd: each service has the sandbox as a drop-in, which is one file here ---
install(DIRECTORY ${here}/systemd/system/ DESTINATION ${units})
foreach(service harbor-api@ harbor-sse@ harbor-jobs harbor-migrate harbor-redis)
  install(FILES ${here}/systemd/sandbox.conf DESTINATION ${units}/${service}.service.d RENAME 50-sandbox.conf)
endforeach()
install(FILES ${here}/systemd/sysusers.conf DESTINATION lib/sysusers.d RENAME harbor.conf)
install(FILES ${here}/systemd/tmpfiles.conf DESTINATION lib/tmpfiles.d RENAME harbor.conf)
install(FILES ${here}/systemd/sysctl.conf DESTINATION lib/sysctl.d RENAME 60-harbor.conf)
install(FILES ${here}/systemd/redis.conf DESTINATION ${data})

# --- nginx: it reads relative names from /etc/nginx ---
install(DIRECTORY ${here}/nginx/snippets ${here}/nginx/limits DESTINATION /etc/nginx/harbor
        FILES_MATCHING PATTERN "production*.conf" PATTERN "snippets/*.conf")
install(FILES ${here}/nginx/main.conf DESTINATION /etc/nginx/modules-enabled RENAME 60-harbor.conf)

# --- what nginx serves: the built client where there is one, else the page that says so ---
install(CODE "
  set(client \"${here}/nginx/client\")
  if(EXISTS \"\${client}/dist\")
    file(INSTALL \"\${client}/dist/\" DESTINATION \"\${CMAKE_INSTALL_PREFIX}/${data}/client\")
  else()
    file(INSTALL \"\${client}/index.html\" DESTINATION \"\${CMAKE_INSTALL_PREFIX}/${data}/client\")
  endif()")
install(FILES ${here}/openapi.yaml DESTINATION ${data}/client)
install(FILES ${here}/README.md ${here}/systemd/harbor.yaml.sample DESTINATION ${documents})

# --- the operator's files ---
# install_once(SOURCE DIRECTORY [NAME]): a file that is there is kept, and the new one laid beside it where they differ.
function(install_once source directory)
  cmake_path(GET source FILENAME name)
  if(ARGC GREATER 2)
    set(name ${ARGV2})
  endif()
  install(CODE "
    set(target \"\$ENV{DESTDIR}${directory}/${name}\")
    if(NOT EXISTS \"\${target}\")
      file(INSTALL \"${source}\" DESTINATION \"${directory}\" RENAME \"${name}\")
    else()
      file(SHA256 \"${source}\" new)
      file(SHA256 \"\${target}\" old)
      if(NOT new STREQUAL old)
        message(STATUS \"Kept: \${target} (the new one is beside it, with .new)\")
        file(INSTALL \"${source}\" DESTINATION \"${directory}\" RENAME \"${name}.new\")
      endif()
    endif()")
endfunction()
install_once(${here}/systemd/harbor.yaml /etc/harbor)
install_once(${here}/nginx/upstreams.conf /etc/nginx/harbor)
install_once(${here}/nginx/harbor-tls.conf /etc/nginx/sites-available)
install_once(${here}/nginx/harbor-plain.conf /etc/nginx/sites-available)

<?php
// Set up an empty WordPress with people of several roles; print what a test has to know of it.
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = '127.0.0.1';
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$site = $argv[1];
require $site . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
add_filter('pre_wp_mail', '__return_true');
ob_start();
wp_install('Acme blog', 'admin', 'admin@example.test', true, '', 'planted-admin-password');
$people = [];
foreach (['editor' => 'editor', 'writer' => 'author', 'fan' => 'subscriber', 'fan2' => 'subscriber'] as $name => $role) {
    $id = wp_create_user($name, 'planted-' . $name, $name . '@example.test');
    (new WP_User($id))->set_role($role);
}
foreach (['admin', 'editor', 'writer', 'fan', 'fan2'] as $name) {
    $user = get_user_by('login', $name);
    [$password] = WP_Application_Passwords::create_new_application_password($user->ID, ['name' => 'cminbox']);
    $people[$name] = ['id' => $user->ID, 'password' => WP_Application_Passwords::chunk_password($password)];
}
update_option('permalink_structure', '/%postname%/');
update_option('timezone_string', 'America/New_York');
update_option('comment_previously_approved', '0');
foreach (get_comments(['status' => 'any']) as $comment) {
    wp_delete_comment($comment->comment_ID, true);
}
$post = wp_insert_post(
    ['post_title' => 'New stock', 'post_content' => 'Today.', 'post_status' => 'publish', 'comment_status' => 'open', 'post_author' => 1]
);
$closed = wp_insert_post(
    ['post_title' => 'Old stock', 'post_content' => 'Gone.', 'post_status' => 'publish', 'comment_status' => 'open', 'post_author' => 1]
);
global $wpdb;
$versions = ['WordPress' => get_bloginfo('version'), 'PHP' => PHP_VERSION, 'MariaDB' => $wpdb->db_server_info()];
ob_end_clean();
echo json_encode(['url' => home_url(), 'people' => $people, 'post' => $post, 'other' => $closed, 'versions' => $versions, 'folder' => $site]);

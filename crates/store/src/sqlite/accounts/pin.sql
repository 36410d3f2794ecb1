SELECT user FROM user_pins WHERE pin = ?1;

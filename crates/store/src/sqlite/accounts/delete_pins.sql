DELETE FROM user_pins WHERE user = ?1;
